import { describe } from 'vitest';
import { contractCases } from '@/inngest/contract/cases';
import { standInWorld } from './worlds';

// The same cases over HTTP, by the way a real server takes them (inngest/contract/contract.test.ts).
describe('a server that signs', () => contractCases(() => standInWorld('signed'), 60_000));

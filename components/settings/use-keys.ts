'use client';
import useSWR from 'swr';
import { paths } from '../api-client';
import type { Keys } from '../api-types';

/** A project's keys: whether it has a signing secret, and which earlier ones still work. */
export const useKeys = (projectId: string) => useSWR<Keys>(paths.keys(projectId));

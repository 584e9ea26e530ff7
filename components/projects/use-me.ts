'use client';
import useSWR from 'swr';
import { paths } from '../api-client';
import type { Me } from '../api-types';

/** The account with its running month. */
export const useMe = () => useSWR<Me>(paths.me);

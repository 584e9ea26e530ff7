import { z } from 'zod';

/** Trimmed and lower-cased: one address, one account. */
export const emailSchema = z.string().trim().toLowerCase().max(255).pipe(z.email('must be an e-mail address'));
export const nameSchema = z.string().trim().min(1).max(100);

/** POST /api/user/signup */
export const signUpSchema = z.strictObject({
  email: emailSchema,
  password: z.string().min(8).max(128),
  name: nameSchema,
});
export type SignUp = z.output<typeof signUpSchema>;

/** POST /api/user/signin. Says nothing about the shape of either field: a wrong one is a 401 like any other. */
export const signInSchema = z.strictObject({
  email: z.string().trim().toLowerCase().min(1).max(255),
  password: z.string().min(1).max(1024),
});
export type SignIn = z.output<typeof signInSchema>;

import nextPlugin from '@next/eslint-plugin-next';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['.next/', 'node_modules/', 'lib/generated/', 'data/', 'test-results/', 'playwright-report/', 'bench/results/', 'next-env.d.ts', 'public/embed.js']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    // Whatever URL somebody gave goes through the guard. These know whom they call: GitHub, or what the operator has set.
    files: ['app/**/*.ts', 'lib/**/*.ts', 'inngest/functions/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**', '**/test-world.ts', 'lib/http/safe-fetch*.ts', 'lib/auth/oauth-providers.ts', 'lib/edge/**', 'lib/generation/replicate/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Use safeFetch (lib/http/safe-fetch.ts) for URLs that somebody gave.' }],
      'no-restricted-imports': ['error', { paths: ['undici', 'node:http', 'node:https', 'http', 'https'].map((name) => ({ name, message: 'Requests go out through lib/http/safe-fetch.ts.', allowTypeImports: true })) }],
    },
  },
  {
    files: ['app/**/*.{ts,tsx}', 'components/**/*.{ts,tsx}'],
    plugins: { '@next/next': nextPlugin },
    extends: [reactHooks.configs.flat.recommended],
    rules: { ...nextPlugin.configs.recommended.rules, ...nextPlugin.configs['core-web-vitals'].rules },
  },
  {
    // What talks to a terminal, and what only tests use.
    files: ['scripts/**', 'server.mjs', 'bench/**', 'e2e/**', '**/*.test.{ts,tsx}', 'test/**'],
    rules: { 'no-console': 'off' },
  },
  {
    // They read the JSON of answers and of other programs.
    files: ['**/*.mjs', '**/*.test.{ts,tsx}', 'test/**', 'e2e/**'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
);

/** @type {import('next').NextConfig} */
export default {
  serverExternalPackages: ['@electric-sql/pglite', '@node-rs/argon2', 'node-av', 'pg', 'pino', 'sharp', 'tsx', 'undici'],
  poweredByHeader: false,
  devIndicators: false,
  typescript: { ignoreBuildErrors: true },
};

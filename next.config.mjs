/** @type {import('next').NextConfig} */
export default {
  serverExternalPackages: ['@electric-sql/pglite', '@node-rs/argon2', 'node-av', 'pg', 'pino', 'sharp', 'tsx', 'undici'],
  poweredByHeader: false,
  devIndicators: false,
  // The rest of public/ is for our own pages; this one is for everybody's. It has no version in its name, so it is kept shortly.
  headers: async () => [
    {
      source: '/embed.js',
      headers: [
        { key: 'Cache-Control', value: 'public, max-age=300, stale-while-revalidate=86400' },
        { key: 'Access-Control-Allow-Origin', value: '*' },
        { key: 'Cross-Origin-Resource-Policy', value: 'cross-origin' },
        { key: 'X-Content-Type-Options', value: 'nosniff' },
      ],
    },
  ],
  typescript: { ignoreBuildErrors: true },
};

import { z } from 'zod';

// A form sends '' for what was left blank: that means absent. Bounds keep the whole brand inside a prompt's budget.
const blank = z.literal('').transform(() => undefined);
const text = (max: number) => z.string().trim().max(max).transform((value) => value || undefined).optional();
const list = (max: number) => z.array(z.string().trim().min(1).max(200)).max(max).optional();
const colour = z
  .string()
  .trim()
  .regex(
    /^(#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|[a-z]{3,30}|(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\([\d\s.,%/a-z+-]{1,60}\))$/i,
    'must be a colour such as #1a2b3c',
  )
  .or(blank)
  .optional();
const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).max(2048).or(blank).optional();

const feature = z.strictObject({ title: z.string().trim().max(200), description: text(500), icon: text(200) });
const price = z.strictObject({ tier: z.string().trim().max(100), price: text(100), features: list(20) });
const quote = z.strictObject({ quote: z.string().trim().max(1000), author: text(200), role: text(200) });
const stat = z.strictObject({ label: z.string().trim().max(200), value: z.string().trim().max(100) });
const notice = z.strictObject({ title: z.string().trim().max(200), date: text(50), body: text(1000) });
const code = z.strictObject({ language: z.string().trim().max(50), code: z.string().max(4000), label: text(200) });

/** A project's brand (reference, section 16); everything is optional. PUT /api/projects/:id/brand replaces it whole. */
export const brandSchema = z.strictObject({
  brandName: text(120),
  colors: z
    .strictObject({ primary: colour, secondary: colour, accent: colour, background: colour, foreground: colour })
    .optional(),
  fonts: z.strictObject({ heading: text(120), body: text(120) }).optional(),
  logoUrl: webUrl,
  contentInventory: z
    .strictObject({
      tagline: text(200),
      description: text(1000),
      features: z.array(feature).max(20).optional(),
      pricing: z.array(price).max(20).optional(),
      testimonials: z.array(quote).max(20).optional(),
      stats: z.array(stat).max(20).optional(),
      announcements: z.array(notice).max(20).optional(),
      codeExamples: z.array(code).max(10).optional(),
    })
    .optional(),
  messagingContext: z
    .strictObject({ tone: text(200), targetAudience: text(500), valueProps: list(20), ctas: list(20) })
    .optional(),
  designContext: z
    .strictObject({
      vibe: text(200),
      borderRadius: z.enum(['sharp', 'rounded', 'pill']).optional(),
      backgroundPattern: z.enum(['dot-grid', 'line-grid', 'gradient-only', 'solid']).optional(),
      hasGlassmorphism: z.boolean().optional(),
      hasGradientBorders: z.boolean().optional(),
      hasRadialGlows: z.boolean().optional(),
      monoFont: text(120),
      sectionLabelStyle: text(120),
      colorScheme: z.enum(['dark', 'light']).optional(),
    })
    .optional(),
});

export type ProjectBrand = z.output<typeof brandSchema>;

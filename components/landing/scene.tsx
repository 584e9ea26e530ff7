import type { CSSProperties, ReactNode } from 'react';

function Layer({ near, children }: { near: number; children: ReactNode }) {
  return (
    <g className="scene-layer" style={{ '--near': near } as CSSProperties}>
      {children}
    </g>
  );
}

/** A drawing that does what the product does: one still picture, moved by its depth. */
export function Scene({ paused }: { paused: boolean }) {
  return (
    <svg
      viewBox="0 0 1280 640"
      preserveAspectRatio="xMidYMid slice"
      className="scene absolute inset-0 size-full"
      data-paused={paused}
      role="img"
      aria-label="A drawing of ridges at dusk whose layers drift at different depths"
    >
      <defs>
        <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#2b3350" />
          <stop offset="0.42" stopColor="#8c5a6b" />
          <stop offset="0.68" stopColor="#e2895f" />
          <stop offset="1" stopColor="#f6d29b" />
        </linearGradient>
        <radialGradient id="glow">
          <stop offset="0" stopColor="#fff1cf" />
          <stop offset="0.14" stopColor="#ffe0a6" stopOpacity="0.7" />
          <stop offset="0.4" stopColor="#ffd79a" stopOpacity="0.24" />
          <stop offset="0.7" stopColor="#ffd08f" stopOpacity="0.06" />
          <stop offset="1" stopColor="#ffcf8f" stopOpacity="0" />
        </radialGradient>
        <linearGradient id="mist" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#f9d9b0" stopOpacity="0" />
          <stop offset="0.6" stopColor="#f9d9b0" stopOpacity="0.4" />
          <stop offset="1" stopColor="#f9d9b0" stopOpacity="0" />
        </linearGradient>
      </defs>
      <rect width="1280" height="640" fill="url(#sky)" />
      <Layer near={0.3}>
        <circle cx="860" cy="318" r="300" fill="url(#glow)" />
        <circle cx="860" cy="318" r="40" fill="#fff4da" />
      </Layer>
      <Layer near={0.7}>
        <path
          fill="#b56c66"
          d="M-120 420 C-20 372 40 392 120 348 C190 308 220 344 290 316 C360 286 400 232 468 268 C530 302 566 338 640 322 C730 302 770 352 850 356 C930 360 968 302 1050 312 C1140 322 1190 372 1290 344 L1420 380 L1420 700 L-120 700 Z"
        />
        <rect x="-120" y="310" width="1540" height="190" fill="url(#mist)" />
      </Layer>
      <Layer near={1.5}>
        <path
          fill="#7f4a58"
          d="M-120 470 C0 430 60 470 150 438 C240 404 286 356 372 392 C450 424 500 470 590 452 C690 432 742 386 830 410 C920 436 968 474 1060 448 C1150 420 1210 404 1300 430 L1420 440 L1420 700 L-120 700 Z"
        />
        <rect x="-120" y="400" width="1540" height="160" fill="url(#mist)" opacity="0.7" />
      </Layer>
      <Layer near={2.6}>
        <path
          fill="#4a3149"
          d="M-120 520 C-40 500 40 470 140 492 C250 518 300 546 410 524 C520 500 560 470 668 492 C770 514 840 548 950 522 C1050 498 1130 480 1230 500 L1420 520 L1420 700 L-120 700 Z"
        />
      </Layer>
      <Layer near={4.2}>
        <path
          fill="#241c2e"
          d="M-120 590 C20 548 120 560 230 584 C350 610 450 604 560 584 C690 560 780 586 900 600 C1030 614 1150 566 1420 586 L1420 760 L-120 760 Z"
        />
        {pines.map(([x, y, h]) => (
          <path key={x} fill="#241c2e" d={`M${x} ${y - h} l${h * 0.2} ${h * 0.55} h${-h * 0.09} l${h * 0.14} ${h * 0.5} h${-h * 0.5} l${h * 0.14} ${-h * 0.5} h${-h * 0.09} Z`} />
        ))}
      </Layer>
    </svg>
  );
}

const pines: Array<[number, number, number]> = [
  [96, 572, 150],
  [152, 584, 104],
  [206, 588, 128],
  [1010, 612, 96],
  [1060, 606, 168],
  [1118, 596, 120],
  [1172, 592, 90],
];

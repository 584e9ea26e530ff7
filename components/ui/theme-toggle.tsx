'use client';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { MenuCheck, MenuRadioGroup, MenuRadioItem } from './menu';

export type Theme = 'system' | 'light' | 'dark';
const names: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** Menu items. The choice lives in a cookie, so that the server's first byte already has it. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  function choose(next: Theme) {
    setTheme(next);
    const root = document.documentElement;
    if (next === 'system') delete root.dataset.theme;
    else root.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  }
  return (
    <MenuRadioGroup value={theme} onValueChange={(next) => choose(next as Theme)} aria-label="Theme">
      {(Object.keys(names) as Theme[]).map((value) => (
        <MenuRadioItem key={value} value={value} onSelect={(event) => event.preventDefault()} className="justify-between">
          {names[value]}
          <MenuCheck>
            <Check size={16} aria-hidden />
          </MenuCheck>
        </MenuRadioItem>
      ))}
    </MenuRadioGroup>
  );
}

'use client';
import { LogOut, Settings, UserRound } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { api } from '../api-client';
import { explain } from '../api-error';
import { useAnnounce } from '../ui/announcer';
import { Menu, MenuItem, MenuLabel, MenuPanel, MenuSeparator, MenuTrigger } from '../ui/menu';
import { ThemeToggle, type Theme } from '../ui/theme-toggle';

interface Props {
  user: { email: string; name: string; tier: string };
  theme: Theme;
}

export function UserMenu({ user, theme }: Props) {
  const announce = useAnnounce();
  const [failure, setFailure] = useState<string | null>(null);
  async function signOut() {
    try {
      await api.signOut();
      window.location.assign('/');
    } catch (error) {
      setFailure(explain(error));
      announce(explain(error));
    }
  }
  return (
    <Menu>
      <MenuTrigger
        aria-label={`Account: ${user.email}`}
        className="grid size-9 place-items-center rounded-full border border-line bg-surface font-medium uppercase hover:border-line-strong"
      >
        {user.name.trim().charAt(0) || <UserRound size={16} aria-hidden />}
      </MenuTrigger>
      <MenuPanel align="end" className="w-64">
        <div className="px-2.5 pt-2 pb-1.5">
          <p className="truncate font-medium">{user.name}</p>
          <p className="truncate text-[0.8125rem] text-muted">
            {user.email} · <span className="capitalize">{user.tier}</span>
          </p>
        </div>
        <MenuSeparator />
        <MenuItem asChild>
          <Link href="/dashboard/settings">
            <Settings size={16} aria-hidden className="text-muted" /> Project settings
          </Link>
        </MenuItem>
        <MenuLabel>Theme</MenuLabel>
        <ThemeToggle initial={theme} />
        <MenuSeparator />
        <MenuItem
          onSelect={(event) => {
            event.preventDefault();
            void signOut();
          }}
        >
          <LogOut size={16} aria-hidden className="text-muted" /> Sign out
        </MenuItem>
        {failure && <p className="px-2.5 py-1.5 text-[0.8125rem] text-danger">{failure}</p>}
      </MenuPanel>
    </Menu>
  );
}

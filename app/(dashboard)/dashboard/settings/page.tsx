import { SettingsView } from '@/components/settings/settings-view';

export const metadata = { title: 'Project settings' };

export default function SettingsPage() {
  return <SettingsView />;
}

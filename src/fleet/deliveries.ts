import type { Database } from '../model/database.ts';
import type { DeliveryMemory } from './webhook.ts';

/** An audit of a year ago is sent by nobody again. */
const keptFor = 366 * 86_400_000;

/** Remembers in the store of the audits which webhooks were taken. */
export function createDeliveryMemory(database: Database): DeliveryMemory {
  return {
    isDelivered: async (id) => (await database.query('SELECT 1 AS taken FROM deliveries WHERE id = ?', [id])).length > 0,
    remember: async (id, now) => {
      await database.query('DELETE FROM deliveries WHERE delivered_at < ?', [now - keptFor]);
      await database.query('INSERT INTO deliveries (id, delivered_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', [id, now]);
    },
  };
}

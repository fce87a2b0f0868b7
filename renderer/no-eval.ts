import { z } from 'zod';

/** The window's policy lets no text become code, and zod would try whether it may. To be imported before any schema. */
z.config({ jitless: true });

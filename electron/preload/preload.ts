import { contextBridge, ipcRenderer } from 'electron';
import { createBridge } from './bridge.ts';

/** Runs in the window's sandbox before its page: exposes `window.mailroom` and nothing else. */
contextBridge.exposeInMainWorld('mailroom', createBridge(ipcRenderer));

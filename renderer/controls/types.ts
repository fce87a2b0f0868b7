import type { Component } from 'svelte';

/** One column of a list. */
export interface ListColumn<Row> {
  readonly id: string;
  readonly label: string;
  readonly value: (row: Row) => string | number;
  /** Set to the right, as numbers are compared. */
  readonly numeric?: boolean;
  /** Never broken into two lines, as a date is not. */
  readonly whole?: boolean;
}

/** One of several values to choose from. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One line of a tree with what is below it. */
export interface TreeNode {
  readonly key: string;
  readonly label: string;
  readonly children?: readonly TreeNode[];
}

/** A tab by its name; `&` stands before the letter that chooses it together with Alt. */
export interface Tab {
  readonly id: string;
  readonly label: string;
}

/** A page of a property sheet. */
export interface SheetPage extends Tab {
  /** Without one, the sheet's `page` shows it. */
  readonly component?: Component<Record<string, never>>;
}

/** One line of a menu; `&` stands before the letter that chooses it while the menu is open. */
export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
  readonly disabled?: boolean;
}

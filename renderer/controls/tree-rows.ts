/** A node of a tree; keys are unique in the whole tree. */
export interface TreeNode {
  readonly key: string;
  readonly label: string;
  readonly children?: readonly TreeNode[] | undefined;
}

/** A node that is in sight. */
export interface TreeRow {
  readonly node: TreeNode;
  /** From 1. */
  readonly level: number;
  readonly parent: string | undefined;
  /** Undefined: nothing is below it. */
  readonly open: boolean | undefined;
}

/** The rows in sight, from top to bottom. */
export function rowsInSight(
  nodes: readonly TreeNode[],
  closed: ReadonlySet<string>,
  level = 1,
  parent?: string,
): TreeRow[] {
  return nodes.flatMap((node) => {
    const below = node.children ?? [];
    const open = below.length === 0 ? undefined : !closed.has(node.key);
    const row = { node, level, parent, open };
    return open ? [row, ...rowsInSight(below, closed, level + 1, node.key)] : [row];
  });
}

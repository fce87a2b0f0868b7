import type { TreeNode } from './types.ts';

/** A line of a tree that is in sight. */
export interface TreeLine {
  readonly node: TreeNode;
  readonly level: number;
  readonly parent: string | undefined;
}

/** The lines in sight, from the top: what is below a closed one is not. */
export function treeLines(
  nodes: readonly TreeNode[],
  closed: ReadonlySet<string>,
  level = 1,
  parent?: string,
): readonly TreeLine[] {
  return nodes.flatMap((node) => {
    const below = closed.has(node.key) ? [] : treeLines(node.children ?? [], closed, level + 1, node.key);
    return [{ node, level, parent }, ...below];
  });
}

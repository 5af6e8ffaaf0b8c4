package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/**
 * An entity's row.
 *
 * @param revision its revision
 * @param json its value; null if it was deleted: the row stays, so that revisions never repeat
 * @param operations the recent operations, as JSON that only the core reads
 * @param owner the name of the node that owns the shard; filled in by {@link Store#list} only,
 *     empty if nobody does
 */
public record StoredEntity(
    EntityKey key, long revision, @Nullable String json, String operations, String owner) {}

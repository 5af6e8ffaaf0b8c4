package dev.holdfast;

/**
 * Where an entity belongs and who owns it, by the word of the database.
 *
 * @param type the name of the entity's type
 * @param id the entity's id
 * @param shard the shard it is in
 * @param owner the name of the node that owns the shard; empty if nobody does
 * @param epoch the owner's epoch; 0 if there is none
 * @param token the claim's sequence number; one more at every change of hands
 */
public record Placement(String type, String id, int shard, String owner, long epoch, long token) {}

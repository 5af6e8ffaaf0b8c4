package dev.holdfast;

/**
 * A node as the database and this node see it.
 *
 * @param name the name it was started with
 * @param epoch its number, never used again after it is gone
 * @param address where other nodes reach it, {@code host:port}
 * @param http where clients reach it, a URL; empty if it serves no HTTP
 * @param state {@code up}, {@code draining}, {@code evicting}, {@code left} or {@code fenced}
 * @param shards how many shards it owns
 * @param self whether it is the node that was asked
 * @param copies how many copies it keeps of entities that others own; -1 for other nodes than the
 *     one that was asked
 * @param granted how many copies others may keep of its entities; -1 as above
 */
public record NodeInfo(
    String name,
    long epoch,
    String address,
    String http,
    String state,
    int shards,
    boolean self,
    int copies,
    int granted) {}

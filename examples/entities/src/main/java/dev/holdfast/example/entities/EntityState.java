package dev.holdfast.example.entities;

/** The value of an entity: where it is in its life. Its id is the entity's own. */
public record EntityState(State state) {
  /** The states, in JSON by their names in lower case. */
  public enum State {
    INITIALIZED,
    WORKING,
    FINALIZED
  }
}

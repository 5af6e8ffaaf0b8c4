package dev.holdfast.spi;

/**
 * Names an entity.
 *
 * @param type the name of its type
 * @param id its id within the type
 */
public record EntityKey(String type, String id) {
  @Override
  public String toString() {
    return type + "/" + id;
  }
}

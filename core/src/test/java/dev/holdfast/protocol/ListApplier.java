package dev.holdfast.protocol;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import java.util.function.Supplier;

/**
 * A value that lists the operations which made it: what was applied, how often, and in which order
 * can be read off it.
 */
final class ListApplier implements Applier {
  static final EntityKey KEY = new EntityKey("list", "x");

  /** How often operations were packed, and unpacked. */
  int packed;

  int unpacked;

  @Override
  public Applied apply(Row row, Request request) {
    String before = row.value() == null ? "" : (String) row.value();
    return switch (request.name()) {
      case "keep" -> new Applied.Kept(before);
      case "refuse" ->
        new Applied.Refused(new Answer.Failed(Answer.Kind.REJECTED, "saw " + before, 0));
      case "delete" -> new Applied.Changed(null, null, null);
      default -> appended(before.isEmpty() ? "" : before + ",", request);
    };
  }

  private static Applied appended(String before, Request request) {
    String after = before + request.operation();
    return new Applied.Changed(after, after, request.json() + "!");
  }

  @Override
  public String encode(Object value) {
    return (String) value;
  }

  @Override
  public Supplier<Operations> packed(Operations operations) {
    packed++;
    return () -> {
      unpacked++;
      return operations;
    };
  }

  static Request get() {
    return new Request(Kind.GET, KEY, "", "", "", Request.ANY, 1_000);
  }

  /** A read of which somebody would keep a copy. */
  static Request fill() {
    return get().sent(1_000, new Request.Fill(7, 1));
  }

  static Request confirm() {
    return new Request(Kind.CONFIRM, KEY, "", "", "", Request.ANY, 1_000);
  }

  static Request append(String operation) {
    return change(operation, "append", "");
  }

  static Request change(String operation, String name, String json) {
    return new Request(Kind.CHANGE, KEY, operation, name, json, Request.ANY, 1_000);
  }

  static Request set(String operation, String json) {
    return new Request(Kind.SET, KEY, operation, "", json, Request.ANY, 1_000);
  }

  static Request appendIf(String operation, long expected) {
    return new Request(Kind.CHANGE, KEY, operation, "append", "", expected, 1_000);
  }
}

package dev.holdfast.runtime;

import dev.holdfast.protocol.Forgotten;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Codec;
import dev.holdfast.spi.Codec.CodecException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Operations as they stand in an entity's row: {@link OperationsBytes} in Base64, and the version
 * of this form. Rows of version 1, in which all was JSON, are read, and get this form with their
 * next change. Thread-safe.
 */
final class OperationsJson {
  private static final int VERSION = 2;
  private static final String OTHER = "its operations were written by another version of Holdfast";
  private static final String DAMAGED =
      "its operations are damaged, so nobody can tell what was done";
  private static final Base64.Encoder TEXT = Base64.getEncoder().withoutPadding();

  /**
   * Of any version.
   *
   * @param done all of version 2; the others are of version 1
   */
  record Form(
      int version,
      @Nullable String done,
      @Nullable List<@Nullable Done> made,
      @Nullable List<@Nullable Done> timed,
      @Nullable List<@Nullable Done> chosen,
      @Nullable Forgotten forgotten) {}

  private final Codec codec;

  OperationsJson(Codec codec) {
    this.codec = codec;
  }

  /** Made by hand, since each write needs it. */
  String encode(Operations operations) {
    String done = TEXT.encodeToString(OperationsBytes.write(operations));
    return "{\"version\":" + VERSION + ",\"done\":\"" + done + "\"}";
  }

  /**
   * Reads what {@link #encode} wrote, now or in version 1. All of it is checked now; what is kept
   * of it are the few bytes that tell it again.
   *
   * @throws CodecException if it is of another version: to ignore it would be to forget it
   */
  Supplier<Operations> decode(String json) {
    Form form;
    try {
      form = (Form) codec.decode(json, Form.class);
    } catch (CodecException e) {
      throw new CodecException(OTHER + ": " + e.getMessage());
    }
    if (form != null && form.version == VERSION && form.done != null) {
      return checked(form.done);
    }
    if (form != null && form.version == 1) {
      return inOrder(former(form));
    }
    throw new CodecException(OTHER);
  }

  private static Operations inOrder(Operations operations) {
    if (!operations.inOrder()) {
      throw new CodecException(DAMAGED + ": they are not in the order of their revisions");
    }
    return operations;
  }

  private static Supplier<Operations> checked(String done) {
    byte[] bytes;
    Operations read;
    try {
      bytes = Base64.getDecoder().decode(done);
      read = OperationsBytes.read(bytes);
    } catch (IllegalArgumentException | CodecException e) {
      throw new CodecException(DAMAGED + ": " + e.getMessage());
    }
    inOrder(read);
    return packed(bytes);
  }

  /** What {@link OperationsBytes#write} wrote, to be read when it is asked for. */
  static Supplier<Operations> packed(byte[] bytes) {
    return () -> OperationsBytes.read(bytes);
  }

  private static Operations former(Form form) {
    List<Done> all = new ArrayList<>();
    add(all, form.made);
    add(all, form.timed);
    add(all, form.chosen);
    Forgotten forgotten = form.forgotten;
    if (forgotten == null
        || forgotten.made() == null
        || forgotten.made().contains(null)
        || forgotten.rest() == null) {
      throw new CodecException(DAMAGED + ": what was forgotten is missing");
    }
    return Operations.of(all, forgotten);
  }

  private static void add(List<Done> all, @Nullable List<@Nullable Done> list) {
    if (list == null) {
      throw new CodecException(DAMAGED + ": a list is missing");
    }
    for (Done done : list) {
      if (done == null || done.id() == null) {
        throw new CodecException(DAMAGED + ": one has no id");
      }
      all.add(done);
    }
  }
}

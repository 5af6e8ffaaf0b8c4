package dev.holdfast.runtime;

import dev.holdfast.protocol.Forgotten;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Codec;
import dev.holdfast.spi.Codec.CodecException;
import java.util.List;

/**
 * Operations as they stand in an entity's row: the three lists of {@link Operations}, what was
 * forgotten, and the version of this form.
 */
final class OperationsJson {
  private static final int VERSION = 1;
  private static final String OTHER = "its operations were written by another version of Holdfast";

  record Form(
      int version, List<Done> made, List<Done> timed, List<Done> chosen, Forgotten forgotten) {}

  private final Codec codec;

  OperationsJson(Codec codec) {
    this.codec = codec;
  }

  String encode(Operations o) {
    return codec.encode(new Form(VERSION, o.made(), o.timed(), o.chosen(), o.forgotten()));
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws CodecException if it is of another version: to ignore it would be to forget it
   */
  Operations decode(String json) {
    try {
      Form form = (Form) codec.decode(json, Form.class);
      if (form != null && form.version == VERSION) {
        return new Operations(form.made, form.timed, form.chosen, form.forgotten);
      }
    } catch (CodecException e) {
      throw new CodecException(OTHER + ": " + e.getMessage());
    }
    throw new CodecException(OTHER);
  }
}

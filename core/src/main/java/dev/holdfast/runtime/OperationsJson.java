package dev.holdfast.runtime;

import dev.holdfast.protocol.Operations;
import dev.holdfast.spi.Codec;
import java.util.List;

/**
 * Operations as they stand in an entity's row: {@code [{"id","fingerprint","revision","answer"}]}.
 */
final class OperationsJson {
  private final Codec codec;

  OperationsJson(Codec codec) {
    this.codec = codec;
  }

  String encode(Operations operations) {
    return codec.encode(operations.recent());
  }

  Operations decode(String json) {
    Operations.Done[] recent = (Operations.Done[]) codec.decode(json, Operations.Done[].class);
    return recent == null ? Operations.NONE : new Operations(List.of(recent));
  }
}

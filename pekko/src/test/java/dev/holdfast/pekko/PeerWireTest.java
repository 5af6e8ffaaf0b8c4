package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Changed;
import dev.holdfast.spi.PeerMessage.Drop;
import dev.holdfast.spi.PeerMessage.Dropped;
import dev.holdfast.spi.PeerMessage.Follow;
import dev.holdfast.spi.PeerMessage.Hint;
import dev.holdfast.spi.PeerMessage.Renew;
import dev.holdfast.spi.PeerMessage.Renewed;
import dev.holdfast.spi.PeerMessage.Revocation;
import dev.holdfast.spi.PeerMessage.Revoke;
import dev.holdfast.spi.PeerMessage.Revoked;
import dev.holdfast.spi.PeerMessage.Unknown;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What hosts tell each other comes out as it went in, or not at all. */
class PeerWireTest {
  private static final EntityKey KEY = new EntityKey("order", "ä/1");
  private static final Revocation REVOCATION = new Revocation(3, List.of(KEY, KEY));

  static List<PeerMessage> messages() {
    return List.of(
        new Renew(1, 2, 3, "foo:1#2", true, 4),
        new Renewed(1, 2, 3, 4, 5, List.of(REVOCATION, new Revocation(4, List.of()))),
        new Unknown(1, 2, 3),
        new Revoke(1, 2, 3, REVOCATION),
        new Revoked(1, 2, 3, 4, List.of(0, 4)),
        new Dropped(1, 2, 3, List.of(new Drop(KEY, 9))),
        new Follow(1, 2, 3, "foo:1#2", List.of("order", "entity")),
        new Changed(1, 2, 3, 4, true, List.of(new Hint(KEY, 9), new Hint(KEY, Hint.UNSURE))));
  }

  private static byte[] bytes(PeerMessage message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PeerWire.write(new DataOutputStream(bytes), message);
    return bytes.toByteArray();
  }

  private static PeerMessage read(byte[] bytes, int length) throws IOException {
    return PeerWire.read(new DataInputStream(new ByteArrayInputStream(bytes, 0, length)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatGoesInComesOut(PeerMessage message) throws IOException {
    byte[] bytes = bytes(message);
    assertThat(read(bytes, bytes.length)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsCutShortIsRefused(PeerMessage message) throws IOException {
    byte[] bytes = bytes(message);
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> read(bytes, cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whatIsUnknownOrTooLongIsRefused() {
    byte[] unknown = new byte[100];
    unknown[0] = 99;
    assertThatThrownBy(() -> read(unknown, 100)).hasMessageContaining("kind 99");
    byte[] long1 = new byte[100];
    long1[0] = 4;
    long1[33] = 127;
    assertThatThrownBy(() -> read(long1, 100)).hasMessageContaining("list of");
  }
}

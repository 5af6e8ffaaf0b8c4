package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.pekko.Message.Ask;
import dev.holdfast.pekko.Message.Reply;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What nodes send each other comes out as it went in, or not at all. */
class WireSerializerTest {
  private static final EntityKey KEY = new EntityKey("order", "ä/1");

  private final WireSerializer serializer = new WireSerializer();

  static List<Message.Remote> messages() {
    Ask read = new Ask(
        1,
        new Request(Request.Kind.GET, KEY, "", "", "", Request.ANY, 5_000, new Request.Fill(3, 4)));
    Ask change =
        new Ask(2, new Request(Request.Kind.CHANGE, KEY, "hf-1-2", "Add", "{\"by\":1}", 7, 100));
    return List.of(
        new Message.Deliver("foo:1#2", change),
        new Message.Asks("foo:1#2", List.of(read, change)),
        new Message.Replies(
            "foo:1#2",
            "bar:3#4",
            List.of(
                new Reply(1, 5, new Answer.Done(6, "{}", "foo")),
                new Reply(2, 5, new Answer.Done(7, null, "foo", new Answer.Grant(8, "foo:1#2", 9))),
                new Reply(3, 5, new Answer.Failed(Answer.Kind.NOT_FOUND, "no", 10)),
                new Reply(4, 5, new Answer.Unsure("who knows")),
                new Reply(5, 5, new Answer.TooOld("long ago", 11)),
                Reply.notNow(6, "later"))));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatGoesInComesOut(Message.Remote message) throws NotSerializableException {
    byte[] bytes = serializer.toBinary(message);
    assertThat(serializer.fromBinary(bytes, serializer.manifest(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsCutShortIsRefused(Message.Remote message) {
    byte[] bytes = serializer.toBinary(message);
    String manifest = serializer.manifest(message);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> serializer.fromBinary(cut, manifest))
          .isInstanceOf(NotSerializableException.class);
    }
  }

  @Test
  void whoIsNoNodeIsNotAnswered() {
    byte[] bytes = serializer.toBinary(messages().get(0));
    bytes[4] = ' ';
    assertThatThrownBy(() -> serializer.fromBinary(bytes, "D3"))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void kindsThatDoNotExistAreRefused() {
    byte[] bytes = serializer.toBinary(messages().get(0));
    bytes[4 + "foo:1#2".length() + Long.BYTES + 4] = '?';
    assertThatThrownBy(() -> serializer.fromBinary(bytes, "D3"))
        .isInstanceOf(NotSerializableException.class);
  }
}

package dev.holdfast.verify.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fast | there is no option --fast",
        "--peers holdfast,foo | there is no peer \"foo\"; there are holdfast,",
        "--works get | there is no work \"get\"; there are get-own,",
        "--peers | --peers needs a value",
        "--brief --long | exclude each other",
        "--nodes 0 | --nodes must be 1 to 8",
        "--nodes 2,x | must be 1 to 8, not \"x\"",
        "--repetitions 99999 | must be 1 to 100",
        "--entities 10 | --entities must be 1000 to 4000000",
      })
  void whatCannotBeDoneIsRefusedWithWhatCan(String words, String message) {
    assertThatThrownBy(() -> parse(words))
        .isInstanceOf(Options.Wrong.class)
        .hasMessageContaining(message);
  }

  @Test
  void withoutOptionsAllPeersAreMeasuredAtAllWork() throws Exception {
    Options options = parse("");
    assertThat(options.kinds()).containsExactly(Kind.values());
    assertThat(options.tasks()).containsExactly(Task.values());
    assertThat(options.nodes()).containsExactly(2);
    assertThat(options.add()).isFalse();
    assertThat(options.write()).isFalse();
  }

  @Test
  void someMayBeChosen() throws Exception {
    Options options = parse(
        "--brief --peers redis,holdfast --works set --nodes 3,1 --entities 5000 --add --write");
    assertThat(options.kinds()).containsExactly(Kind.HOLDFAST, Kind.REDIS);
    assertThat(options.tasks()).containsExactly(Task.SET);
    assertThat(options.nodes()).containsExactly(3, 1);
    assertThat(options.scale()).isEqualTo(Scale.BRIEF);
    assertThat(options.entities()).isEqualTo(5_000);
    assertThat(options.add()).isTrue();
    assertThat(options.write()).isTrue();
  }

  private static Options parse(String words) throws Options.Wrong {
    return Options.parse(
        Arrays.stream(words.split(" ", -1)).filter(word -> !word.isEmpty()).toList());
  }
}

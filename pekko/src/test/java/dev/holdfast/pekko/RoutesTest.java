package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whoever answered last is asked first, until it leaves. */
class RoutesTest {
  private final Routes routes = new Routes(4);

  @Test
  void whoAnsweredLastIsKnown() {
    assertThat(routes.of(3)).isNull();
    routes.learn(3, "foo:1#1");
    routes.learn(3, "bar:1#2");
    assertThat(routes.of(3)).isEqualTo("bar:1#2");
    assertThat(routes.of(2)).isNull();
  }

  @Test
  void shardsThatThereAreNotAreNoMatter() {
    routes.learn(-1, "foo:1#1");
    routes.learn(4, "foo:1#1");
    assertThat(routes.of(0)).isNull();
  }

  @Test
  void whoLeavesIsForgotten() {
    routes.learn(0, "foo:1#1");
    routes.learn(1, "bar:1#2");
    routes.forget("foo:1#1"::equals);
    assertThat(routes.of(0)).isNull();
    assertThat(routes.of(1)).isEqualTo("bar:1#2");
  }
}

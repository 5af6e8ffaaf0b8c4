package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Call;
import dev.holdfast.Entity;
import dev.holdfast.server.cli.Cli.Ran;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.FakeHoldfast;
import dev.holdfast.server.http.HttpApi;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The command {@code watch} against real servers, over a node that is none. */
final class WatchCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private HttpApi api = server(0);
  private final FakeHoldfast node =
      new FakeHoldfast("foo", api.url(), config(0).types().get(0).type());

  WatchCommandTest() {
    api.serve(node);
  }

  private static ServerConfig config(int port) {
    Map<String, String> flags = Map.of("node.name", "foo", "http.port", String.valueOf(port));
    return new ConfigSources(null, Map.of(), flags).load();
  }

  private static HttpApi server(int port) {
    return HttpApi.bind(config(port));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Entity<String> set(String id, String state) {
    return node.set(id, "\"" + state + "\"", null, Call.DEFAULT).join();
  }

  private CompletableFuture<Ran> watch(String... args) {
    String[] words = new String[args.length + 1];
    words[0] = "watch";
    System.arraycopy(args, 0, words, 1, args.length);
    Map<String, String> environment = Map.of("HOLDFAST_CONNECT", api.url());
    return CompletableFuture.supplyAsync(() -> Cli.run(environment, words));
  }

  private void awaitWatches(int count) {
    await().atMost(PATIENCE).until(() -> node.countOfWatches() >= count);
  }

  private static Ran ended(CompletableFuture<Ran> running) {
    await().atMost(PATIENCE).until(running::isDone);
    return running.join();
  }

  @Test
  void anEntityIsShownThenItsChanges() {
    set("x", "initialized");
    CompletableFuture<Ran> running = watch("x", "--count", "3");
    awaitWatches(1);
    set("x", "working");
    node.delete("x", null, Call.DEFAULT).join();
    Ran ran = ended(running);
    assertThat(ran.out()).isEqualTo("""
        {"state":"initialized"}  revision 0
        {"state":"working"}  revision 1
        deleted  revision 2
        """);
    assertThat(ran.code()).isZero();
  }

  @Test
  void allWithAPrefixAreShownAsJsonOneALine() {
    set("a1", "working");
    set("b1", "working");
    CompletableFuture<Ran> running = watch("--prefix", "a", "--count", "2", "--json");
    awaitWatches(1);
    set("a2", "finalized");
    Ran ran = ended(running);
    assertThat(ran.lines())
        .extracting(line -> line.path("id").asString())
        .containsExactly("a1", "a2");
  }

  @Test
  void itGoesOnWhereItWasWhenTheServerComesBackAndSaysSo() {
    set("x", "initialized");
    CompletableFuture<Ran> running = watch("entity/x", "--count", "2");
    awaitWatches(1);
    await().atMost(PATIENCE).until(() -> node.untaken() == 0);
    int port = URI.create(api.url()).getPort();
    api.close();
    api = server(port);
    api.serve(node);
    awaitWatches(2);
    set("x", "working");
    Ran ran = ended(running);
    assertThat(ran.out()).isEqualTo("""
        {"state":"initialized"}  revision 0
        {"state":"working"}  revision 1
        """);
    assertThat(ran.err()).contains("it goes on at");
  }

  @Test
  void itSaysWhatIsWrong() {
    assertThat(ended(watch()).code()).isEqualTo(2);
    assertThat(ended(watch("x", "--prefix", "a")).err()).contains("either an id or --prefix");
    assertThat(ended(watch("x", "--count", "0")).code()).isEqualTo(2);
    assertThat(ended(watch("other/x")).code()).isEqualTo(3);
  }

  @Test
  void aWatchThatEndsByItselfFailsWithTheReason() {
    CompletableFuture<Ran> running = watch("--prefix", "");
    awaitWatches(1);
    node.endWatches("more than 10,000 entities");
    Ran ran = ended(running);
    assertThat(ran.err()).contains("more than 10,000");
    assertThat(ran.code()).isEqualTo(1);
  }
}

package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.ServerProcess.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the application in the article does on two servers, scene by scene, on two processes and a
 * real database. Each scene has entities of its own, and finds both nodes up.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class ArticleScenes {
  @TempDir
  static Path folder;

  private ServerProcess foo = unstarted("foo");
  private ServerProcess bar = unstarted("bar");

  private ServerProcess unstarted(String name) {
    return new ServerProcess(name, "", "", Path.of("target"));
  }

  /** The URL of an empty database. */
  abstract String databaseUrl() throws IOException;

  /** The user who may use it. */
  abstract String user();

  /** How long after a {@code kill -9} the other node may take to answer for everything. */
  abstract long failoverMillis();

  @BeforeAll
  void startTwoServers() throws IOException {
    String url = databaseUrl();
    foo = new ServerProcess("foo", url, user(), folder);
    bar = new ServerProcess("bar", url, user(), folder);
    foo.launch();
    bar.launch();
    foo.awaitReady();
    bar.awaitReady();
  }

  @BeforeEach
  void bothAreUp() {
    for (ServerProcess node : List.of(foo, bar)) {
      if (!node.alive()) {
        node.start();
      }
    }
  }

  @AfterAll
  void stopTwoServers() {
    foo.close();
    bar.close();
  }

  @Test
  void bothServersGetTheInitialState() {
    foo.set("entity_1", "initialized");
    assertThat(foo.get("entity_1").state()).isEqualTo("initialized");
    assertThat(bar.get("entity_1").state()).isEqualTo("initialized");
    assertThat(bar.get("entity_1").servedBy()).isEqualTo("bar");
  }

  @Test
  void whatIsSetOnFooIsSeenOnBar() {
    foo.set("seen", "working");
    assertThat(bar.get("seen").state()).isEqualTo("working");
  }

  @Test
  void setOnBothServersBothShowTheLast() {
    foo.set("both", "working");
    bar.set("both", "finalized");
    assertThat(bar.get("both").state()).isEqualTo("finalized");
    assertThat(foo.get("both").state()).isEqualTo("finalized");
    bar.set("both", "working");
    foo.set("both", "initialized");
    assertThat(bar.get("both").state()).isEqualTo("initialized");
    assertThat(foo.get("both").state()).isEqualTo("initialized");
    assertThat(foo.get("both").revision()).isEqualTo(3);
    assertThat(foo.get("both").owner()).isEqualTo(bar.get("both").owner());
  }

  /**
   * The first scene, while no shard has a reason to move and a change of owner would be a fault.
   */
  @Test
  @Order(1)
  void anEntityAskedFirstOnBothAtTheSameInstantHasOneOwner() {
    for (int round = 0; round < 20; round++) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String id = "instant-" + round + "-" + i;
        answers.add(foo.setAsync(id, "working"));
        answers.add(bar.setAsync(id, "finalized"));
      }
      for (int i = 0; i < answers.size(); i += 2) {
        Answer one = answers.get(i).join();
        Answer other = answers.get(i + 1).join();
        assertThat(List.of(one.status(), other.status())).containsExactlyInAnyOrder(200, 201);
        assertThat(Set.of(one.revision(), other.revision())).containsExactlyInAnyOrder(0L, 1L);
        assertThat(one.owner()).isEqualTo(other.owner()).isNotEmpty();
      }
    }
  }

  @Test
  void aServerThatRestartsComesBackToTheSameState() {
    foo.set("restarted", "working");
    assertThat(foo.stop()).isZero();
    assertThat(bar.get("restarted").state()).isEqualTo("working");
    assertThat(bar.set("restarted", "finalized").revision()).isEqualTo(1);
    foo.start();
    assertThat(foo.get("restarted").state()).isEqualTo("finalized");
  }

  @Test
  void whenTheWholeApplicationRestartsTheStateIsStillThere() {
    foo.set("everything", "finalized");
    foo.kill();
    bar.kill();
    foo.launch();
    bar.launch();
    foo.awaitReady();
    bar.awaitReady();
    assertThat(foo.get("everything").state()).isEqualTo("finalized");
    assertThat(bar.get("everything").state()).isEqualTo("finalized");
    assertThat(bar.ask("/v1/nodes").body().path("nodes")).hasSize(2);
  }

  @Test
  void killingTheOwnerLosesNoAcknowledgedWriteAndNoRevision() {
    killWhileWriting(foo, bar);
  }

  @Test
  void killingTheOtherServerLosesNothingEither() {
    killWhileWriting(bar, foo);
  }

  /** Writes to many entities through {@code survivor}; kills the other half way. */
  private void killWhileWriting(ServerProcess victim, ServerProcess survivor) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add("killed-" + victim.name() + "-" + i);
      survivor.set(ids.get(i), "initialized");
    }
    Set<String> owners = new HashSet<>();
    ids.forEach(id -> owners.add(survivor.get(id).owner()));
    assertThat(owners).as("owners before the kill").contains(victim.name());
    long killed = 0;
    long longest = 0;
    for (int round = 1; round <= 6; round++) {
      if (round == 3) {
        victim.kill();
        killed = System.nanoTime();
      }
      for (String id : ids) {
        Answer answer = setUntilDone(survivor, id, round);
        assertThat(answer.revision()).as(id).isEqualTo(round);
      }
      if (round == 3) {
        longest = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
      }
    }
    for (String id : ids) {
      assertThat(survivor.get(id).revision()).isEqualTo(6);
      assertThat(survivor.get(id).owner()).isEqualTo(survivor.name());
    }
    assertThat(longest).as("ms until all entities answer").isLessThan(failoverMillis());
  }

  /** As a careful client does: the same operation again, until its outcome is known. */
  private static Answer setUntilDone(ServerProcess node, String id, int round) {
    String state = round % 2 == 0 ? "initialized" : "working";
    for (int attempt = 1; attempt <= 5; attempt++) {
      Answer answer = node.set(id, state, id + "-" + round);
      if (answer.status() == 200 || answer.status() == 201) {
        return answer;
      }
      assertThat(answer.status()).as("%s", answer.body()).isIn(503, 504);
    }
    throw new AssertionError(id + " stays unavailable: " + node.log());
  }
}

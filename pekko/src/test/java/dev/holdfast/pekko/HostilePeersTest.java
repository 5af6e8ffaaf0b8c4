package dev.holdfast.pekko;

import static dev.holdfast.pekko.Counters.COUNTERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.NodeInfo;
import dev.holdfast.NotDone;
import dev.holdfast.pekko.Counters.Add;
import dev.holdfast.spi.Engine;
import dev.holdfast.testkit.MemoryDatabase;
import dev.holdfast.testkit.TestAuthority;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.remote.DaemonMsgCreate;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node under TLS, and those who have got hold of a certificate without being one, or have none.
 */
class HostilePeersTest {
  private static final String HOST = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Queue<String> HARM = new ConcurrentLinkedQueue<>();

  @TempDir
  Path folder;

  private final TestAuthority authority = new TestAuthority("authority", Instant.now());
  private final MemoryDatabase database = new MemoryDatabase();
  private final List<Holdfast> nodes = new ArrayList<>();
  private final List<ActorSystem> strangers = new ArrayList<>();
  private Path ca;
  private Holdfast foo;

  @BeforeEach
  void start() {
    HARM.clear();
    ca = authority.certificate(folder);
    foo = start("foo");
  }

  @AfterEach
  void stop() {
    strangers.forEach(ActorSystem::terminate);
    nodes.forEach(Holdfast::close);
  }

  private Holdfast start(String name) {
    TestAuthority.Issued own = authority.issue(folder, name, HOST);
    Holdfast node = Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(COUNTERS)
        .shards(4)
        .leaseTtl(Duration.ofSeconds(6))
        .tls(own.certificate(), own.key(), ca)
        .start();
    nodes.add(node);
    return node;
  }

  private int port() {
    String address = foo.nodes().get(0).address().replaceFirst("#.*", "");
    return Integer.parseInt(address.replaceFirst(".*:", ""));
  }

  /** Foo as Pekko calls it. */
  private Address address() {
    return new Address("pekko", Addresses.SYSTEM, HOST, port());
  }

  private void fooServes() {
    foo.entities(COUNTERS).change("c", new Add(1));
    long before = foo.entities(COUNTERS).get("c").value().count();
    assertThat(foo.entities(COUNTERS).change("c", new Add(1))).isEqualTo(before + 1);
  }

  /** Somebody with a certificate of the nodes' authority, but without the database. */
  private ActorSystem stranger(String system) {
    Config config = ConfigFactory.parseString("""
            holdfast { host = "127.0.0.1", port = 0, transport = tls-tcp }
            pekko.cluster.downing-provider-class = ""
            pekko.actor.allow-java-serialization = on
            pekko.remote.artery.advanced.maximum-frame-size = 8 MiB
            """)
        .withFallback(ConfigFactory.parseResources("holdfast-engine.conf"))
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
    TestAuthority.Issued own = authority.issue(folder, "stranger", HOST);
    NodeTls tls = new NodeTls(new Engine.Tls(own.certificate(), own.key(), ca));
    ActorSystem stranger = ActorSystem.create(
        system,
        ActorSystemSetup.create(
            BootstrapSetup.create(config), SSLEngineProviderSetup.create(any -> tls)));
    strangers.add(stranger);
    return stranger;
  }

  @Test
  void nodesUnderTlsFormACluster() {
    Holdfast bar = start("bar");
    for (int i = 0; i < 16; i++) {
      assertThat(foo.entities(COUNTERS).change("c" + i, new Add(1))).isEqualTo(1);
      assertThat(bar.entities(COUNTERS).change("c" + i, new Add(1))).isEqualTo(2);
    }
    assertThat(bar.nodes()).extracting(NodeInfo::name).containsOnly("foo", "bar");
  }

  @Test
  void whoSpeaksPlainTcpIsNotAnsweredAndHarmsNobody() throws IOException {
    byte[] frame = ByteBuffer.allocate(64 * 1024)
        .put("AKKA\1".getBytes(StandardCharsets.US_ASCII))
        .array();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(frame);
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(16); // an alert
    } catch (java.net.SocketException ended) {
      // As well.
    }
    fooServes();
  }

  @Test
  void aMemberThatHasNoRowInTheDatabaseIsRemoved() {
    ActorSystem stranger = stranger(Addresses.SYSTEM);
    CompletableFuture<Void> cutOff = new CompletableFuture<>();
    stranger.actorOf(Props.create(Listener.class, () -> new Listener(cutOff)));
    Cluster.get(stranger).join(address());

    assertThat(cutOff).succeedsWithin(PATIENCE);
    assertThat(foo.nodes()).extracting(NodeInfo::name).containsExactly("foo");
    fooServes();
  }

  /** Hears that the others have cut its system off for good. */
  private static final class Listener extends AbstractActor {
    private final CompletableFuture<Void> cutOff;

    Listener(CompletableFuture<Void> cutOff) {
      this.cutOff = cutOff;
    }

    @Override
    public void preStart() {
      getContext()
          .getSystem()
          .getEventStream()
          .subscribe(getSelf(), ThisActorSystemQuarantinedEvent.class);
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(ThisActorSystemQuarantinedEvent.class, event -> cutOff.complete(null))
          .build();
    }
  }

  @Test
  void whoUsesAnotherSystemsNameDoesNotGetIn() throws Exception {
    ActorSystem stranger = stranger("forged");
    Cluster cluster = Cluster.get(stranger);
    cluster.join(address());

    await()
        .during(Duration.ofSeconds(2))
        .atMost(PATIENCE)
        .until(() -> cluster.selfMember().status() == MemberStatus.removed());
    fooServes();
  }

  @Test
  void nothingIsMadeFromBytesButWhatNodesSay() throws Exception {
    ExtendedActorSystem stranger = (ExtendedActorSystem) stranger(Addresses.SYSTEM);
    ActorSelection replies = stranger.actorSelection(address() + "/user/replies");
    assertReaches(replies);

    replies.tell(new Bomb(), ActorRef.noSender());
    replies.tell(new ArrayList<>(List.of(new Bomb())), ActorRef.noSender());
    deploy(stranger, Props.create(Intruder.class));

    assertReaches(replies);
    assertThat(HARM).isEmpty();
    fooServes();
  }

  /** Has foo make an actor, as members of a cluster may by default. */
  private void deploy(ExtendedActorSystem stranger, Props props) {
    String place = stranger.provider().getDefaultAddress().toString().replace("://", "/");
    String path = address() + "/remote/" + place + "/user/intruder";
    ActorRef supervisor = stranger.actorOf(Props.create(Listener.class, new CompletableFuture<>()));
    stranger
        .provider()
        .resolveActorRef(address() + "/remote")
        .tell(new DaemonMsgCreate(props, props.deploy(), path, supervisor), supervisor);
  }

  /** Messages arrive in their order: when this one has, those before have. */
  private static void assertReaches(ActorSelection there) throws Exception {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> there
            .resolveOne(Duration.ofSeconds(5))
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS)
            .path()
            .name()
            .equals("replies"));
  }

  /** Does harm when it is read. */
  private static final class Bomb implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) {
      HARM.add("read by " + Thread.currentThread().getName());
    }
  }

  /** Does harm when it is made. */
  static final class Intruder extends AbstractActor {
    Intruder() {
      HARM.add("made as " + getSelf() + " by " + Thread.currentThread().getName());
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().build();
    }
  }

  @Test
  void aMessageOfAnUnknownKindOrOfTooMuchTextIsRefused() {
    WireSerializer wire = new WireSerializer();
    byte[] huge = ByteBuffer.allocate(64).putInt(3 * 1024 * 1024).array();

    assertThatThrownBy(() -> wire.fromBinary(new byte[8], Bomb.class.getName()))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("unknown message");
    assertThatThrownBy(() -> wire.fromBinary(huge, "D3"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("text of 3145728 bytes");
    assertThatThrownBy(() -> wire.manifest(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCertificateThatHasExpiredIsToldBeforeAnythingStarts() {
    TestAuthority.Issued expired = authority.issueExpired(folder, "old", HOST);
    HoldfastBuilder builder = Holdfast.builder()
        .database(database, "memory:")
        .node("old")
        .shards(4)
        .tls(expired.certificate(), expired.key(), ca);

    assertThatThrownBy(builder::start)
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("old.pem")
        .hasMessageContaining("renew it");
  }

  @Test
  void anAddressThatOthersCanReachNeedsTlsOrTheWordThatItDoesNot() {
    HoldfastBuilder open =
        Holdfast.builder().database(database, "memory:").shards(4).listen("10.1.2.3", 0);

    assertThatThrownBy(open::start)
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("whoever reaches a node's port can do everything")
        .hasMessageContaining("tls(...)");
    assertThatThrownBy(open.unencrypted()::start)
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("cannot listen for other nodes on 10.1.2.3");
  }
}

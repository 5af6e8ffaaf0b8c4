package dev.holdfast.verify.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.infinispan.AdvancedCache;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfiguration;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.context.Flag;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.manager.EmbeddedCacheManager;
import org.infinispan.persistence.jdbc.configuration.JdbcStringBasedStoreConfigurationBuilder;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.postgresql.Driver;

/**
 * Infinispan in the application, replicated synchronously, with PostgreSQL as its shared store that
 * it writes through to: a change is done when it is committed and when all nodes have it, and a
 * read is answered by the node that was asked. Values are kept as objects. Thread-safe.
 */
final class InfinispanPeer implements Peer {
  private static final String CACHE = "counter";
  private static final int LOADED_TOGETHER = 1_000;

  /** Infinispan's own stack for TCP. */
  private static final String STACK = "/org/infinispan/configuration/default-jgroups-tcp.xml";

  /** How nodes find each other in it: by multicast. */
  private static final Pattern DISCOVERY = Pattern.compile("<MPING[^>]*/>");

  private final List<EmbeddedCacheManager> nodes = new ArrayList<>();
  private final List<AdvancedCache<String, String>> readers = new ArrayList<>();
  private final List<AdvancedCache<String, String>> writers = new ArrayList<>();

  private InfinispanPeer(Setting setting) {
    List<Integer> ports = setting.ports();
    for (int number : setting.here()) {
      EmbeddedCacheManager node = new DefaultCacheManager(global(stack(ports, number), number));
      nodes.add(node);
      node.defineConfiguration(CACHE, cache(setting));
    }
    for (EmbeddedCacheManager node : nodes) {
      AdvancedCache<String, String> cache = node.<String, String>getCache(CACHE).getAdvancedCache();
      readers.add(cache);
      writers.add(cache.withFlags(Flag.IGNORE_RETURN_VALUES));
    }
  }

  static Peer start(Setting setting) {
    return new InfinispanPeer(setting);
  }

  /** On loopback, where nodes are told of each other. */
  private static String stack(List<Integer> ports, int number) {
    String hosts =
        ports.stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(","));
    String text = text(STACK);
    text = replaced(text, "${jgroups.bind.address,jgroups.tcp.address:SITE_LOCAL}", "127.0.0.1");
    text = replaced(text, "${jgroups.bind.port,jgroups.tcp.port:7800}", "" + ports.get(number));
    text = replaced(text, "${jgroups.port_range:10}", "0");
    Matcher discovery = DISCOVERY.matcher(text);
    if (!discovery.find()) {
      throw new IllegalStateException(STACK + " has no " + DISCOVERY);
    }
    return discovery.replaceFirst(
        Matcher.quoteReplacement("<TCPPING initial_hosts=\"" + hosts + "\" port_range=\"0\"/>"));
  }

  private static String text(String resource) {
    try (InputStream in = DefaultCacheManager.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String replaced(String text, String before, String now) {
    if (!text.contains(before)) {
      throw new IllegalStateException(STACK + " has no " + before);
    }
    return text.replace(before, now);
  }

  private static GlobalConfiguration global(String stack, int number) {
    GlobalConfigurationBuilder global = GlobalConfigurationBuilder.defaultClusteredBuilder();
    global
        .transport()
        .nodeName("node-" + number)
        .removeProperty(JGroupsTransport.CONFIGURATION_FILE)
        .addProperty(JGroupsTransport.CONFIGURATION_XML, stack);
    return global.build();
  }

  private static Configuration cache(Setting setting) {
    ConfigurationBuilder cache = new ConfigurationBuilder();
    cache.clustering().cacheMode(CacheMode.REPL_SYNC);
    cache.encoding().mediaType(MediaType.APPLICATION_OBJECT_TYPE);
    var store = cache.persistence().addStore(JdbcStringBasedStoreConfigurationBuilder.class);
    store.shared(true);
    store
        .table()
        .createOnStart(true)
        .tableNamePrefix("infinispan")
        .idColumnName("id")
        .idColumnType("VARCHAR(255)")
        .dataColumnName("data")
        .dataColumnType("BYTEA")
        .timestampColumnName("expires")
        .timestampColumnType("BIGINT")
        .segmentColumnName("segment")
        .segmentColumnType("INT");
    store
        .connectionPool()
        .driverClass(Driver.class)
        .connectionUrl(setting.url())
        .username(Setting.USER)
        .password("");
    return cache.build();
  }

  @Override
  public CompletableFuture<Long> get(int node, String id) {
    CompletableFuture<String> call = readers.get(node).getAsync(id);
    return call.thenApply(text -> text == null ? 0 : Json.count(text));
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    return writers.get(node).putAsync(id, Json.of(value));
  }

  /** The node that orders the changes of an entity; all of them have it. */
  @Override
  public int owner(int asked, String id) {
    String owner = readers
        .get(asked)
        .getDistributionManager()
        .getCacheTopology()
        .getDistribution(id)
        .primary()
        .toString();
    return Integer.parseInt(owner.replaceFirst(".*node-(\\d+).*", "$1"));
  }

  @Override
  public void load(List<String> ids) {
    for (int from = 0; from < ids.size(); from += LOADED_TOGETHER) {
      Map<String, String> some = new HashMap<>();
      ids.subList(from, Math.min(ids.size(), from + LOADED_TOGETHER))
          .forEach(id -> some.put(id, Json.of(0)));
      writers.get(0).putAllAsync(some).join();
    }
  }

  @Override
  public void close() {
    nodes.forEach(EmbeddedCacheManager::stop);
  }
}

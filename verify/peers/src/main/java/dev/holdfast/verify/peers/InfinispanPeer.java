package dev.holdfast.verify.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

  /** Infinispan's own stack for TCP, on loopback, where nodes find each other without multicast. */
  private static final String STACK = """
      <config xmlns="urn:org:jgroups">
        <TCP bind_addr="127.0.0.1" bind_port="%d" port_range="0" sock_conn_timeout="300"
          linger="-1" diag.enabled="false" bundler_type="transfer-queue" thread_naming_pattern="pl"
          thread_pool.min_threads="0" thread_pool.max_threads="200"
          thread_pool.keep_alive_time="60000"/>
        <TCPPING initial_hosts="%s" port_range="0"/>
        <MERGE3 min_interval="10000" max_interval="30000"/>
        <FD_SOCK2 offset="50000"/>
        <FD_ALL3/>
        <VERIFY_SUSPECT2 timeout="1000"/>
        <pbcast.NAKACK2 use_mcast_xmit="false" xmit_interval="200"
          xmit_table_num_rows="50" xmit_table_msgs_per_row="1024"
          xmit_table_max_compaction_time="30000"/>
        <UNICAST3 conn_close_timeout="5000" xmit_interval="200" xmit_table_num_rows="50"
          xmit_table_msgs_per_row="1024" xmit_table_max_compaction_time="30000"/>
        <pbcast.STABLE desired_avg_gossip="5000" max_bytes="1M"/>
        <pbcast.GMS print_local_addr="false" join_timeout="500"/>
        <UFC max_credits="4m" min_threshold="0.40"/>
        <MFC max_credits="4m" min_threshold="0.40"/>
        <FRAG4/>
      </config>
      """;

  private final List<EmbeddedCacheManager> nodes = new ArrayList<>();
  private final List<AdvancedCache<String, String>> readers = new ArrayList<>();
  private final List<AdvancedCache<String, String>> writers = new ArrayList<>();

  private InfinispanPeer(Setting setting) {
    List<Integer> ports = setting.ports();
    String hosts =
        ports.stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(","));
    for (int number : setting.here()) {
      EmbeddedCacheManager node =
          new DefaultCacheManager(global(STACK.formatted(ports.get(number), hosts), number));
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

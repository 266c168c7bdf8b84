package dev.reveille.protocols.federation;

import dev.reveille.http.client.NameServers;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.registrar.DigestRegistrar;
import dev.reveille.routing.port.SettingsSource;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingChanges;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import dev.reveille.sip.transport.TransportSettings;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import io.netty.channel.IoEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The edge of an organisation with its store, its certificate authority and an interior that
/// answers 202 and notes what it got.
final class Border implements AutoCloseable {
  static final OrganisationId OWN = new OrganisationId("default");
  private static final SettingsStore.By TEST = new SettingsStore.By("test", "");

  /// What became of a request: an answer, or why there is none.
  record Outcome(Optional<SipResponse> response, Optional<Diagnosis> why, boolean mayHaveArrived) {
    /// The cause, found here or told by the other side.
    Optional<Diagnosis> diagnosis() {
      return why.or(() -> response.flatMap(Diagnosis::in));
    }
  }

  final String domain;
  final String host;
  final Path folder;
  final PartnerAuthority authority;
  final SqliteStore store;
  final SettingChanges changes;
  final BlockingQueue<Interior.Passed> passed = new LinkedBlockingQueue<>();
  volatile @Nullable DigestRegistrar registrar;
  final FederationTls tls;
  final Optional<FollowedSettings> followed;
  final AccessEdge edge;
  private final X509Certificate leaf;

  /// How an edge is made.
  ///
  /// @param domain of the organisation
  /// @param at where it listens
  /// @param names in its certificate
  record Plan(
      String domain,
      InetSocketAddress at,
      Kind kind,
      List<String> names,
      Set<String> homes,
      boolean hasInterior,
      boolean strict) {
    static Plan of(final String domain) {
      return new Plan(
          domain,
          new InetSocketAddress("127.0.0.1", 0),
          Kind.GOOD,
          List.of("edge." + domain, domain),
          Set.of(),
          true,
          false);
    }

    Plan with(final Kind other, final String... others) {
      return new Plan(domain, at, other, List.of(others), homes, hasInterior, strict);
    }

    Plan behind(final String home) {
      return new Plan(domain, at, kind, names, Set.of(home), false, strict);
    }
  }

  Border(
      final Path folder,
      final Plan plan,
      final List<Path> trusted,
      final InetSocketAddress dns,
      final IoEventLoopGroup loops)
      throws IOException {
    this(folder, plan, PartnerAuthority.make(folder, plan.domain), trusted, List.of(), dns, loops);
  }

  Border(
      final Path folder,
      final Plan plan,
      final PartnerAuthority authority,
      final List<Path> trusted,
      final List<Path> lists,
      final InetSocketAddress dns,
      final IoEventLoopGroup loops)
      throws IOException {
    this.folder = folder;
    this.domain = plan.domain;
    this.host = "edge." + plan.domain;
    this.authority = authority;
    final var issued = authority.issue(plan.kind, plan.names);
    this.leaf = issued.leaf();
    this.tls =
        FederationTls.open(
            new FederationTls.Source(issued.chain(), issued.key(), trusted, lists, plan.strict),
            Clock.systemUTC());
    Files.createDirectories(folder.resolve("data"));
    this.store =
        SqliteStore.open(folder.resolve("data"), StoreSettings.defaults(), Clock.systemUTC());
    this.changes = new SettingChanges(store.settings());
    this.followed =
        plan.homes.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new FollowedSettings(
                    OWN, store.settings(), store.domains(), InstantSource.system()));
    this.edge =
        new AccessEdge(
            new AccessEdge.Settings(
                host, plan.at, new NameServers(List.of(dns)), plan.homes, followed),
            tls,
            new EffectiveSettings(
                followed.<SettingsSource>map(one -> one).orElseGet(store::settings)),
            name -> name.equals(domain) ? Optional.of(OWN) : Optional.empty(),
            plan.hasInterior ? Optional.of(new Inside()) : Optional.empty(),
            loops,
            TransportSettings.STANDARD);
    set(SettingsCatalogue.ACCESS_EDGE, "global", Map.of("allow-federated-users", "true"));
  }

  /// Answers 202 to partners, and lets a registrar answer phones.
  private final class Inside implements Interior {
    @Override
    public void request(final Passed request, final Consumer<SipResponse> answer) {
      passed.add(request);
      answer.accept(SipResponse.to(request.request(), 202).build());
    }

    @Override
    public void register(final Registration one, final Consumer<SipResponse> answer) {
      final var home = registrar;
      if (home == null) {
        Interior.super.register(one, answer);
      } else {
        home.register(one, answer);
      }
    }
  }

  X509Certificate leaf() {
    return leaf;
  }

  int port() {
    return edge.address().getPort();
  }

  /// Makes or replaces an object of the settings.
  void set(final String collection, final String identity, final Map<String, String> values) {
    final var kind = SettingsCatalogue.get(collection);
    final var lists = new HashMap<String, List<String>>();
    values.forEach((name, value) -> lists.put(name, List.of(value)));
    final var _ =
        changes.replace(
            OWN,
            kind,
            kind.identity(identity).orElseThrow(),
            lists,
            SettingChanges.ANY_VERSION,
            TEST);
  }

  void remove(final String collection, final String identity) {
    final var kind = SettingsCatalogue.get(collection);
    final var _ = changes.remove(OWN, kind, kind.identity(identity).orElseThrow(), TEST);
  }

  void allow(final String partner) {
    set(SettingsCatalogue.ALLOWED_DOMAINS, partner, Map.of());
  }

  /// Sends a MESSAGE to a domain and waits for what becomes of it.
  Outcome send(final String to) throws Exception {
    return outcome(edge, message(domain, to), to);
  }

  static Outcome outcome(final FederationWay way, final SipRequest request, final String to)
      throws Exception {
    final var told = new CompletableFuture<Outcome>();
    way.send(
        OWN,
        to,
        request,
        new FederationWay.Answered() {
          @Override
          public void answered(final SipResponse response) {
            told.complete(new Outcome(Optional.of(response), Optional.empty(), true));
          }

          @Override
          public void failed(final Diagnosis why, final boolean mayHaveArrived) {
            told.complete(new Outcome(Optional.empty(), Optional.of(why), mayHaveArrived));
          }
        });
    return told.get(40, TimeUnit.SECONDS);
  }

  static SipRequest message(final String from, final String to) {
    return message(from, to, "text/plain", "hello".getBytes(StandardCharsets.UTF_8));
  }

  static SipRequest message(
      final String from, final String to, final String type, final byte[] body) {
    return SipRequest.builder(SipMethod.MESSAGE, "sip:push@" + to)
        .from(NameAddress.of(SipUri.of("mobility", from)).withParameter("tag", "t1"))
        .to(NameAddress.of(SipUri.of("push", to)))
        .callId(UUID.randomUUID().toString())
        .cseq(1)
        .add(SipName.MAX_FORWARDS, "70")
        .body(type, body)
        .build();
  }

  @Override
  public void close() {
    edge.close();
    tls.close();
    store.close();
  }
}

package dev.reveille.server;

import dev.reveille.http.server.EventLoops;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Product;
import dev.reveille.model.PushScope;
import dev.reveille.model.Secret;
import dev.reveille.protocols.clearinghouse.PlatformKeys;
import dev.reveille.protocols.clearinghouse.PushQuota;
import dev.reveille.protocols.clearinghouse.PushReports;
import dev.reveille.protocols.clearinghouse.PushRequests;
import dev.reveille.protocols.clearinghouse.QuotaNotes;
import dev.reveille.protocols.clearinghouse.ReportSigner;
import dev.reveille.protocols.federation.AccessEdge;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.EdgeLeg;
import dev.reveille.protocols.federation.EdgeTrial;
import dev.reveille.protocols.federation.FederationTls;
import dev.reveille.protocols.federation.FederationWay;
import dev.reveille.protocols.federation.FollowedSettings;
import dev.reveille.protocols.federation.HomeSettings;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.protocols.federation.SettingsFeed;
import dev.reveille.protocols.federation.SyntheticTests;
import dev.reveille.protocols.registrar.DigestRegistrar;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.push.clearinghouse.ClearingHouseSender;
import dev.reveille.push.clearinghouse.ReportTaker;
import dev.reveille.push.clearinghouse.RequestReference;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.SettingsSource;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.SipRequest;
import io.netty.channel.IoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The server's part in federation: its certificate, the port for partners or the connection to the
/// edge, and the sender to clearing houses.
///
/// The sender is there before the ways are opened, since routing needs it; until [#open] requests
/// wait for another try. Thread-safe; [#open] and [#close] block.
final class Federation implements AutoCloseable, FederationWay {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEY_BYTES = 32;
  private static final SealedSecrets.Name REFERENCE_KEY =
      new SealedSecrets.Name(Bootstrap.FIRST, "federation", "reference");

  private final FederationConfiguration configuration;
  private final Set<Role> roles;
  private final Stores store;
  private final Optional<FollowedSettings> followed;
  private final SettingsFindings findings;
  private final SettingsSource source;
  private final EffectiveSettings settings;
  private final IoEventLoopGroup loops;
  private final FederationTls tls;
  private final ClearingHouseSender sender;
  private final RequestReference references;
  private final InstantSource clock;
  private final EdgeTrial edgeTrial;
  private final QuotaNotes quotasOfOthers = new QuotaNotes();
  private final PushQuota quota;
  private volatile @Nullable AccessEdge edge;
  private volatile @Nullable EdgeLeg leg;
  private volatile @Nullable SettingsFeed feed;
  private volatile @Nullable PushReports reports;

  /// Reads the certificates.
  ///
  /// @throws Configuration.Wrong when they cannot be used
  Federation(
      final FederationConfiguration configuration,
      final Set<Role> roles,
      final Stores store,
      final EventLoops loops,
      final InstantSource clock) {
    this.configuration = configuration;
    this.roles = roles;
    this.store = store;
    this.followed =
        configuration.homeNames().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new FollowedSettings(Bootstrap.FIRST, store.settings(), store.domains(), clock));
    this.findings = new SettingsFindings(followed, clock);
    this.source = followed.<SettingsSource>map(one -> one).orElseGet(store::settings);
    this.settings = new EffectiveSettings(source);
    this.loops = (IoEventLoopGroup) loops.group();
    this.clock = clock;
    this.quota = new PushQuota(settings, System::nanoTime);
    try {
      this.tls = FederationTls.open(configuration.certificates(), Clock.systemUTC());
    } catch (final IllegalArgumentException unusable) {
      throw new Configuration.Wrong("federation: " + unusable.getMessage());
    }
    if (!tls.names().contains(configuration.ownName())) {
      final var names = String.join(", ", tls.names().stream().sorted().toList());
      tls.close();
      throw new Configuration.Wrong(
          "federation.name (%s) is none of the names in federation.certificate (%s)"
              .formatted(configuration.ownName(), names));
    }
    this.edgeTrial =
        new EdgeTrial(
            configuration.ownName(),
            tls,
            configuration.servers(),
            settings,
            store.registry(),
            this::edgeOfPhones,
            this.loops,
            clock);
    this.references = new RequestReference(referenceKey(store.sealed()));
    this.sender =
        new ClearingHouseSender(
            new PushPaths(store, settings, tls.names(), this, quotasOfOthers, clock),
            references,
            clock);
  }

  /// The key that signs references, made at the first start.
  private static byte[] referenceKey(final SealedSecrets secrets) {
    final var kept = secrets.read(REFERENCE_KEY);
    if (kept.isPresent()) {
      return Base64.getDecoder().decode(kept.get().text());
    }
    final byte[] fresh = new byte[KEY_BYTES];
    RANDOM.nextBytes(fresh);
    secrets.put(REFERENCE_KEY, Secret.of(Base64.getEncoder().encodeToString(fresh)), Product.NAME);
    return fresh;
  }

  /// Where the settings of the edge are not those of home.
  Findings findings() {
    return findings;
  }

  /// Sends to clearing houses.
  Sender sender() {
    return sender;
  }

  /// Opens the port for partners, or the connection to the edge.
  ///
  /// @param keys asks the push services for partners who test
  /// @throws Server.PortTaken when the port cannot be had
  void open(final Routing routing, final PlatformKeys keys) {
    final Runnable changed =
        () -> {
          comeNow();
          routing.relayReports().wayChanged(PushScope.CLEARING_HOUSE);
        };
    source.onChange(now -> {
      if (!now.collection().equals(SettingsCatalogue.TEST_SCHEDULES)) { // written at each run
        changed.run();
      }
    });
    final var interior = interior(routing, keys);
    final Function<String, Optional<OrganisationId>> owners =
        domain ->
            followed.isPresent()
                ? followed.get().organisationOf(domain)
                : store.domains().organisationOf(domain);
    if (Role.listens(roles)) {
      final boolean hasInterior = roles.contains(Role.HOME) || roles.contains(Role.CLEARING_HOUSE);
      try {
        edge =
            AccessEdge.open(
                new AccessEdge.Settings(
                    configuration.ownName(),
                    configuration.listen(),
                    configuration.servers(),
                    configuration.homeNames(),
                    followed),
                tls,
                settings,
                owners,
                hasInterior ? Optional.of(interior) : Optional.empty(),
                loops);
      } catch (final IOException taken) {
        throw new Server.PortTaken(
            "the federation port "
                + configuration.listen()
                + " cannot be had; end what uses it or choose another with federation.port.",
            taken);
      }
    }
    if (configuration.edge() != null) {
      final var toEdge =
          new EdgeLeg(
              configuration.ownName(),
              configuration.edgeHost(),
              configuration.edgePort(),
              tls,
              configuration.servers(),
              settings,
              owners,
              interior,
              loops);
      leg = toEdge;
      feed(toEdge, changed);
    }
  }

  /// Lets the edge follow the settings of this server.
  private void feed(final EdgeLeg toEdge, final Runnable changed) {
    final var fresh =
        new SettingsFeed(
            () ->
                HomeSettings.read(
                    store.registry().organisations(), store.domains(), store.settings()),
            toEdge,
            changed,
            clock);
    store.settings().onChange(_ -> fresh.changed());
    store.domains().onChange(fresh::changed);
    feed = fresh;
    findings.feeds(fresh);
  }

  /// What was changed may have mended the way to a partner.
  private void comeNow() {
    final var overEdge = leg;
    final var here = edge;
    if (overEdge != null) {
      overEdge.comeNow();
    }
    if (here != null) {
      here.comeNow();
    }
  }

  private Interior interior(final Routing routing, final PlatformKeys keys) {
    final var taker = new ReportTaker(references, routing.relayReports(), clock);
    if (!roles.contains(Role.CLEARING_HOUSE)) {
      return new FederatedRequests(Optional.empty(), Optional.of(taker), registrar());
    }
    final var handles = store.handles();
    final var signer = ReportSigner.open(store.sealed(), Bootstrap.FIRST);
    final var fresh =
        new PushReports(
            routing.sends(), store.journal(), handles, store.openReports(), this, signer, clock);
    reports = fresh;
    fresh.resume();
    final var pushes =
        new PushRequests(
            handles,
            store.journal(),
            routing.sends(),
            fresh,
            keys,
            quota,
            settings,
            configuration.ownName(),
            clock);
    store
        .registry()
        .onChange(change -> {
          if (change instanceof Registry.Change.AppChanged) {
            pushes.credentialsChanged();
          }
        });
    return new FederatedRequests(
        Optional.of(pushes),
        roles.contains(Role.HOME) ? Optional.of(taker) : Optional.empty(),
        registrar());
  }

  private Optional<DigestRegistrar> registrar() {
    return roles.contains(Role.HOME)
        ? Optional.of(
            new DigestRegistrar(
                configuration.ownName(), store.registry(), store.passwords(), clock))
        : Optional.empty();
  }

  /// How much partners may hand in here.
  PushQuota quota() {
    return quota;
  }

  /// How much clearing houses take of this server's organisations.
  QuotaNotes quotasOfOthers() {
    return quotasOfOthers;
  }

  /// Tests of the ways of this server.
  SyntheticTests tests() {
    return new SyntheticTests(
        this,
        settings,
        store.domains(),
        configuration.ownName(),
        configuration.edge() == null,
        edgeTrial,
        clock);
  }

  /// Where phones connect to: the edge before this server, or the port of this one.
  private EdgeTrial.Edge edgeOfPhones() {
    final var here = edge;
    if (configuration.edge() == null && here == null) {
      return new EdgeTrial.Edge("", 0, Optional.empty());
    }
    if (configuration.edge() != null || here == null) {
      return new EdgeTrial.Edge(
          configuration.edgeHost(), configuration.edgePort(), Optional.empty());
    }
    final var bound = here.address();
    final var reached =
        bound.getAddress().isAnyLocalAddress()
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), bound.getPort())
            : bound;
    return new EdgeTrial.Edge(configuration.ownName(), reached.getPort(), Optional.of(reached));
  }

  /// Where partners connect to, for the line that says that the server is ready.
  String inReadyLine() {
    final var here = edge;
    return here == null
        ? ""
        : " federation=" + here.address().getHostString() + ":" + here.address().getPort();
  }

  @Override
  public void send(
      final OrganisationId organisation,
      final String domain,
      final SipRequest request,
      final Answered told) {
    final var overEdge = leg;
    final var here = edge;
    if (overEdge != null) {
      overEdge.send(organisation, domain, request, told);
    } else if (here != null) {
      here.send(organisation, domain, request, told);
    } else {
      told.failed(Diagnosis.notOpen(configuration.ownName()), false);
    }
  }

  @Override
  public void close() {
    final var open = reports;
    if (open != null) {
      open.close();
    }
    final var toEdge = feed;
    if (toEdge != null) {
      toEdge.close();
    }
    final var overEdge = leg;
    final var here = edge;
    if (overEdge != null) {
      overEdge.close();
    }
    if (here != null) {
      here.close();
    }
    edgeTrial.close();
    tls.close();
  }
}

package dev.reveille.push.url;

import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.Mistake;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.app.RetryDelays;
import dev.reveille.push.app.Workers;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends pushes to addresses that are URLs (Web Push, WNS, MPNS); a [UrlService] says what is
/// particular to the service. Thread-safe; [#send] never blocks.
///
/// An app's credentials are looked up once; call [#forget] after a change. Connections are per
/// origin and shared by all apps, except for credentials with a client certificate, which have
/// their own.
///
/// @param <A> what belongs to an app's credentials
public final class UrlSender<A extends KnownApps.Account> implements Sender {
  private static final Logger LOG = LoggerFactory.getLogger(UrlSender.class);

  private final UrlService<A> service;
  private final Function<AppId, List<AppCredential>> directory;
  private final UrlSettings settings;
  private final InstantSource clock;
  private final OperatorAlerts alerts;
  private final OriginPools pools;
  private final @Nullable Workers workers;
  private final UrlVerdicts<A> verdicts;
  private final KnownApps<A, UrlApp<A>> apps;
  private final JudgedOrigins origins = new JudgedOrigins(this::judgedWhole);

  /// @param directory answers an app's credentials for the service; may block
  /// @param loops carry the connections and tell the outcomes; they stay the caller's
  public UrlSender(
      final UrlService<A> service,
      final Function<AppId, List<AppCredential>> directory,
      final EventLoopGroup loops,
      final UrlSettings settings,
      final InstantSource clock,
      final OperatorAlerts alerts) {
    this.service = service;
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
    this.alerts = alerts;
    final var name = service.service().word();
    this.pools =
        new OriginPools(
            name, loops, settings.pool(), settings.mostOrigins(), settings.limit(), this::target);
    this.workers = service.isCostly() ? new Workers(name) : null;
    this.apps = new KnownApps<>(name, clock, this::made, this::sendKnown);
    this.verdicts =
        new UrlVerdicts<>(
            service,
            new RetryDelays(clock, RetryDelays.FIRST),
            this::handIn,
            this::isReplaced,
            apps::takeBack);
  }

  private boolean isReplaced(final UrlRequest<A> request) {
    return apps.known(request.push().to().app()) != request.app;
  }

  private ClientTarget target(final PublicUrl url) {
    return settings.wayOut().toStranger(service.service(), url, service.versions());
  }

  @Override
  public SenderId id() {
    return service.service().sender();
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    if (workers == null) {
      make(group, outcomes);
      return;
    }
    workers.run(
        group,
        some -> make(some, outcomes),
        push -> outcomes.outcome(push, new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant())));
  }

  private void make(final List<Push> group, final Outcomes outcomes) {
    final var requests = new ArrayList<UrlRequest<A>>(group.size());
    for (final var push : group) {
      final var app = apps.known(push.to().app());
      if (app != null) {
        add(requests, push, outcomes, app);
      } else {
        apps.lookUp(push, outcomes);
      }
    }
    handIn(requests);
  }

  /// Pushes that waited for their app; they are many after a start.
  private void sendKnown(final List<Push> group, final Outcomes outcomes, final UrlApp<A> app) {
    if (workers == null) {
      makeKnown(group, outcomes, app);
      return;
    }
    workers.run(
        group,
        some -> makeKnown(some, outcomes, app),
        push -> outcomes.outcome(push, new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant())));
  }

  private void makeKnown(final List<Push> group, final Outcomes outcomes, final UrlApp<A> app) {
    final var requests = new ArrayList<UrlRequest<A>>(group.size());
    group.forEach(push -> add(requests, push, outcomes, app));
    handIn(requests);
  }

  /// The app's credentials changed.
  public void forget(final AppId app) {
    apps.forget(app);
  }

  /// What is wrong with credentials; looks at them only, asks no service.
  public Optional<Mistake> mistake(final Credential credential) {
    try {
      service.account(credential).close();
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(Mistake.of(e));
    }
  }

  @Override
  public void close() {
    if (workers != null) {
      workers.close();
    }
    apps.close();
    pools.close();
  }

  // ---- apps ----

  private UrlApp<A> made(final AppId id) {
    final List<AppCredential> found;
    try {
      found = directory.apply(id);
    } catch (RuntimeException e) {
      LOG.error("the credentials of app {} could not be read", id, e);
      return unusable(id, Reason.INTERNAL, "the app's credentials could not be read", false);
    }
    final var usual =
        found.stream().filter(each -> each.id().isDefault()).map(AppCredential::credential);
    final var credential = usual.findFirst();
    if (credential.isEmpty()) {
      return unusable(id, Reason.NOT_CONFIGURED, "", true);
    }
    try {
      final var account = apps.account(credential.get(), () -> service.account(credential.get()));
      return new UrlApp<>(account, () -> standing(id, null), true);
    } catch (IllegalArgumentException e) {
      final var mistake = Mistake.of(e);
      alerts.alert(id, mistake.why(), mistake.words());
      return unusable(id, mistake.why(), mistake.words(), true);
    }
  }

  private UrlApp<A> unusable(
      final AppId id, final Reason why, final String words, final boolean lasting) {
    final var wrong = new CredentialStanding.Closed(why, words);
    return new UrlApp<>(null, () -> standing(id, wrong), lasting);
  }

  private CredentialStanding standing(
      final AppId id, final CredentialStanding.@Nullable Closed wrong) {
    return new CredentialStanding(id, wrong, settings.breaker(), clock, alerts);
  }

  // ---- a group ----

  private void add(
      final List<UrlRequest<A>> requests,
      final Push push,
      final Outcomes outcomes,
      final UrlApp<A> app) {
    final var now = clock.instant();
    final long left = Duration.between(now, push.deadline()).toMillis();
    if (left <= 0) {
      outcomes.outcome(push, Refused.byUs(Reason.TOO_LATE_TO_ALERT, ""));
      return;
    }
    final PublicUrl url;
    try {
      url = judged(push.to().token().value());
    } catch (PublicUrl.Refused e) {
      outcomes.outcome(
          push, Refused.byUs(Reason.ADDRESS_FORBIDDEN, String.valueOf(e.getMessage())));
      return;
    }
    final var shut = app.standing(url.origin()).closed();
    if (shut != null) {
      outcomes.outcome(push, shut);
      return;
    }
    final UrlService.Prepared prepared;
    try {
      prepared = service.prepare(push, url, app.account(), false);
    } catch (RuntimeException e) {
      LOG.error("a push of event {} could not be made", push.event(), e);
      outcomes.outcome(push, Refused.byUs(Reason.INTERNAL, ""));
      return;
    }
    switch (prepared) {
      case UrlService.Prepared.Never(var outcome) -> outcomes.outcome(push, outcome);
      case UrlService.Prepared.Ready(var message) -> {
        final long sendBy = PushRequest.sendBy(System.nanoTime(), left);
        requests.add(new UrlRequest<>(push, url, app, message, sendBy, outcomes, verdicts));
      }
    }
  }

  /// Reads an address. What the operator named may stand anywhere; all else is public and of the
  /// service.
  ///
  /// @throws PublicUrl.Refused when nothing may be sent there
  public PublicUrl judged(final String address) {
    return origins.read(address);
  }

  private PublicUrl judgedWhole(final String address) {
    final var url = settings.wayOut().strange(address);
    if (!settings.wayOut().allowed().namesBesideServices(url)) {
      final var wrong = service.misplaced(url);
      if (wrong.isPresent()) {
        throw PublicUrl.refused(PublicUrl.Fault.FORBIDDEN_ADDRESS, wrong.get());
      }
    }
    return url;
  }

  /// Hands requests in, as soon as there is an access token where one is needed.
  private void handIn(final List<UrlRequest<A>> group) {
    final var perAccount = new HashMap<A, List<UrlRequest<A>>>(2);
    for (final var request : group) {
      perAccount.computeIfAbsent(request.app.account(), _ -> new ArrayList<>()).add(request);
    }
    perAccount.forEach(this::handIn);
  }

  private void handIn(final A account, final List<UrlRequest<A>> group) {
    final var token = service.token(account);
    if (token == null) {
      leave(account, group, null);
      return;
    }
    final var current = token.current();
    if (current != null) {
      leave(account, group, current);
      return;
    }
    token.await(group, issued -> leave(account, group, issued), verdicts::noToken);
  }

  private void leave(
      final A account, final List<UrlRequest<A>> group, final AccessToken.@Nullable Issued token) {
    final Map<ClientPool, List<UrlRequest<A>>> perPool = new HashMap<>(4);
    for (final var request : group) {
      request.access = token;
      final var pool = pool(account, request);
      if (pool == null) {
        final var later = clock.instant().plus(RetryDelays.SOON);
        request.tell(new TryAgain(Reason.SERVICE_BUSY, "too many push services at once", later));
      } else {
        perPool.computeIfAbsent(pool, _ -> new ArrayList<>()).add(request);
      }
    }
    perPool.forEach(ClientPool::send);
  }

  private @Nullable ClientPool pool(final A account, final UrlRequest<A> request) {
    try {
      final var own = service.connections(account);
      return (own == null ? pools : own).of(request.url);
    } catch (RuntimeException e) {
      LOG.error("no connections for {}", request.url, e);
      return null;
    }
  }
}

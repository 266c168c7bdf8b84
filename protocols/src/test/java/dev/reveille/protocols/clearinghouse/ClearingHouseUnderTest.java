package dev.reveille.protocols.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.EventClass;
import dev.reveille.model.HandleId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.SenderId;
import dev.reveille.model.Setting;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.FederationWay;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Routing;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.Senders;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RelayedPush;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.PropertyChange;
import dev.reveille.routing.settings.SettingChanges;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The clearing house on the real store and the real routing, before a push service that answers as
/// the test says, and a way back that notes what is reported.
final class ClearingHouseUnderTest implements AutoCloseable {
  static final OrganisationId PUBLISHER = new OrganisationId("default");
  static final AppId APP = new AppId("phone");
  static final String PARTNER = "contoso.example";
  static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  volatile Duration ahead = Duration.ZERO;
  final InstantSource clock = () -> Instant.now().plus(ahead);

  /// Whether partners take reports.
  volatile boolean takes = true;

  /// Whether nothing is written down of what is to be reported, as when the process ends at once.
  volatile boolean forgets;

  final BlockingQueue<Push> pushed = new LinkedBlockingQueue<>();
  final BlockingQueue<SipRequest> reported = new LinkedBlockingQueue<>();
  volatile Runnable pushing = () -> {};
  volatile DeliveryOutcome says = new HandedOver("apns-id-1");
  SqliteStore store;
  Routing routing;
  PushReports reports;
  EffectiveSettings settings;
  PushQuota quota;
  final AtomicLong nanos = new AtomicLong();
  PushRequests requests;

  /// Answers each push as the test says.
  private final class Apple implements Sender {
    @Override
    public SenderId id() {
      return PushService.APNS.sender();
    }

    @Override
    public RetryPolicy retries() {
      return RetryPolicy.DOUBLING;
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      group.forEach(push -> {
        pushed.add(push);
        pushing.run();
        outcomes.outcome(push, says);
      });
    }

    @Override
    public void close() {}
  }

  /// Takes each report.
  private final class WayBack implements FederationWay {
    @Override
    public void send(
        final OrganisationId organisation,
        final String domain,
        final SipRequest request,
        final Answered told) {
      final int status = takes ? 200 : 503; // as it was before the test goes on
      reported.add(request);
      told.answered(SipResponse.to(request, status).build());
    }
  }

  /// Keeps what is open, unless it is to be forgotten.
  private final class Forgetful implements OpenReports {
    @Override
    public List<Open> list(final long after, final int most) {
      return store.openReports().list(after, most);
    }

    @Override
    public long upTo() {
      return store.openReports().upTo();
    }

    @Override
    public void keep(final long upTo, final List<Open> opened, final Collection<Long> closed) {
      if (forgets) {
        throw new StoreException("forgotten", "");
      }
      store.openReports().keep(upTo, opened, closed);
    }
  }

  void restart() {
    restart(ahead);
  }

  /// @param later by how much the clock is ahead then
  void restart(final Duration later) {
    close();
    forgets = false;
    ahead = later;
    reported.clear();
    open();
  }

  ClearingHouseUnderTest(final Path folder) {
    this.folder = folder;
    open();
  }

  private void open() {
    store = SqliteStore.open(folder.resolve("data"), StoreSettings.defaults(), clock);
    set("push-notification", Setting.GLOBAL, "apple", "true");
    routing =
        new Routing(
            store,
            new Directory(store.registry()),
            new LiveRoutes() {
              @Override
              public LiveState of(final InstallationId installation) {
                return LiveState.NOTHING;
              }

              @Override
              public void send(final List<Frame> group, final Lost lost) {}
            },
            Senders.of(List.of(new Apple())),
            RoutingOptions.DEFAULT,
            ServerClock.even(clock));
    routing.resume();
    reports =
        new PushReports(
            routing.sends(),
            store.journal(),
            store.handles(),
            new Forgetful(),
            new WayBack(),
            ReportSigner.open(store.sealed(), PUBLISHER),
            clock);
    reports.resume();
    settings = new EffectiveSettings(store.settings());
    quota = new PushQuota(settings, nanos::get);
    requests =
        new PushRequests(
            store.handles(),
            store.journal(),
            routing.sends(),
            reports,
            _ -> List.of(),
            quota,
            settings,
            "edge.push.example",
            clock);
  }

  @Override
  public void close() {
    reports.close();
    routing.close();
    store.close();
  }

  /// Sets properties, name and value in turn.
  void set(final String collection, final String identity, final String... values) {
    final var found = SettingsCatalogue.get(collection);
    final var changed = new LinkedHashMap<String, PropertyChange>();
    for (int i = 0; i < values.length; i += 2) {
      changed.put(values[i], new PropertyChange.Assign(List.of(values[i + 1])));
    }
    final var _ =
        new SettingChanges(store.settings())
            .change(
                PUBLISHER,
                found,
                found.identity(identity).orElseThrow(),
                changed,
                SettingChanges.ANY_VERSION,
                new SettingsStore.By("test", ""));
  }

  HandleId handle(final String partner, final boolean isActive) {
    return handle(partner, APP, isActive);
  }

  HandleId handle(final String partner, final AppId app, final boolean isActive) {
    return handle(partner, app, PushChannel.MESSAGE, isActive);
  }

  HandleId handle(
      final String partner, final AppId app, final PushChannel channel, final boolean isActive) {
    final var id = HandleId.random(new SecureRandom());
    final var token = new PushToken(UUID.randomUUID().toString().replace("-", "").repeat(2));
    final var address =
        new PushAddress.Direct(PushService.APNS, channel, app, false, token, clock.instant());
    final var owner = new Handles.Owner(PUBLISHER, partner, app);
    assertEquals(
        Handles.Claimed.KEPT,
        store
            .handles()
            .claim(
                new Handles.Claim(
                    "challenge-" + id, id, false, owner, address, clock.instant().plusSeconds(60)),
                1_000));
    if (isActive) {
      assertTrue(store.handles().confirm(id, "challenge-" + id, new byte[32]).isPresent());
    }
    return id;
  }

  static RelayedPush ring() {
    final var ring =
        new PushContent.Ring("e1", new CallId(UUID.randomUUID()), "Carla Caller", "", false);
    return new RelayedPush(ring, NotificationStyle.of(ring), Seal.OPEN);
  }

  static RelayedPush message() {
    final var notice =
        new PushContent.Notice(
            "e2", EventClass.MESSAGE, "chat", "A title", "A text", Map.of(), "", "", -1);
    return new RelayedPush(notice, NotificationStyle.of(notice), Seal.OPEN);
  }

  byte[] question(final UUID id, final HandleId handle) throws Exception {
    return JSON.writeValueAsBytes(
        Map.of(
            "v",
            1,
            "id",
            id.toString(),
            "app",
            APP.value(),
            "handle",
            handle.value(),
            "ask",
            true));
  }

  byte[] body(final UUID id, final HandleId handle, final RelayedPush push) throws Exception {
    return body(id, APP, handle, push);
  }

  byte[] body(final UUID id, final AppId app, final HandleId handle, final RelayedPush push)
      throws Exception {
    return JSON.writeValueAsBytes(
        Map.of(
            "v",
            1,
            "id",
            id.toString(),
            "app",
            app.value(),
            "handle",
            handle.value(),
            "class",
            push.word(),
            "deadline",
            clock.instant().plusSeconds(60).toString(),
            "ref",
            "reference",
            "push",
            push.fields()));
  }

  SipResponse answer(final byte[] body) throws Exception {
    return answerTo(PARTNER, body);
  }

  SipResponse answerTo(final String partner, final byte[] body) throws Exception {
    return answer(partner, body, true, Optional.empty());
  }

  SipResponse answer(final byte[] body, final boolean verified, final Optional<String> date)
      throws Exception {
    return answer(PARTNER, body, verified, date);
  }

  private SipResponse answer(
      final String partner, final byte[] body, final boolean verified, final Optional<String> date)
      throws Exception {
    final var request =
        SipRequest.builder(SipMethod.MESSAGE, "sip:push@push.example")
            .from(NameAddress.of(SipUri.of("mobility", partner)).withParameter("tag", "t"))
            .to(NameAddress.of(SipUri.of("push", "push.example")))
            .callId(UUID.randomUUID().toString())
            .cseq(1);
    date.ifPresent(text -> request.add(SipName.DATE, text));
    final var told = new CompletableFuture<SipResponse>();
    requests.request(
        new Interior.Passed(
            request.body(PushRequests.TYPE, body).build(), PUBLISHER, partner, verified),
        told::complete);
    return told.get(20, TimeUnit.SECONDS);
  }

  static DiagnosisCode cause(final SipResponse response) {
    return Diagnosis.in(response)
        .flatMap(Diagnosis::code)
        .orElseThrow(() -> new AssertionError(response.toString()));
  }

  JsonNode report() throws Exception {
    final var request = reported.poll(20, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no report came");
    }
    assertEquals("sip:mobility@" + PARTNER, request.target());
    return JSON.readTree(request.body());
  }
}

package dev.reveille.protocols.device;

import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.Handlers;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import dev.reveille.live.LiveChannels;
import dev.reveille.live.LiveSettings;
import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.Event;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushService;
import dev.reveille.model.SenderId;
import dev.reveille.model.Setting;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Routing;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.Senders;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Administration;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.OneTimeCode;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The device side of a server on a free port: real store, real routing, real sockets. Pushes end
/// in a list.
final class DeviceServer implements AutoCloseable {
  static final OrganisationId ACME = new OrganisationId("acme");
  static final AppId APP = new AppId("com.example.phone");

  /// Of one partner.
  static final long MOST_HANDLES = 3;

  private static final AtomicInteger CODES = new AtomicInteger();

  final SqliteStore store;
  final HeldJournal journal;

  /// As the device listener sees it.
  final HeldPort<Registry> registry;

  final LiveChannels live;
  final Routing routing;
  final BlockingDeque<Push> pushes = new LinkedBlockingDeque<>();

  /// Apps of which a device registered a handle.
  final BlockingDeque<App> bound = new LinkedBlockingDeque<>();

  private final Path directory;
  private boolean isTemporary;
  private final EventLoops loops = EventLoops.open(2);
  private final DeviceApi api;
  private final HandleApi handles;
  private final HttpListener listener;

  /// On a folder of its own, which is gone when this is closed.
  DeviceServer() {
    this(DeviceSettings.DEFAULT, LiveSettings.DEFAULT);
  }

  /// On a folder of its own, which is gone when this is closed.
  DeviceServer(final DeviceSettings settings, final LiveSettings liveSettings) {
    this(temporary(), settings, liveSettings);
    isTemporary = true;
  }

  DeviceServer(final Path directory) {
    this(directory, DeviceSettings.DEFAULT, LiveSettings.DEFAULT);
  }

  DeviceServer(
      final Path directory, final DeviceSettings settings, final LiveSettings liveSettings) {
    this(directory, settings, liveSettings, DurableResponse.PATIENCE);
  }

  /// @param patience how long a request waits for a commit
  DeviceServer(
      final Path directory,
      final DeviceSettings settings,
      final LiveSettings liveSettings,
      final Duration patience) {
    this.directory = directory;
    final var clock = ServerClock.even(InstantSource.system());
    store = SqliteStore.open(directory, StoreSettings.defaults(), clock);
    journal = new HeldJournal(store.journal());
    registry = new HeldPort<>(Registry.class, store.registry(), "installation");
    live = new LiveChannels(store.inbox(), clock, liveSettings);
    routing =
        new Routing(
            new Stores.Parts(
                journal,
                store.inbox(),
                store.trail(),
                store.sends(),
                store.waiting(),
                store.calls(),
                store.registry(),
                store.settings(),
                store.secrets(),
                store.sealed(),
                store.hubs(),
                store.hubJobs(),
                store.handles(),
                store.openReports(),
                store.clock(),
                store.starts(),
                store.domains(),
                store.passwords()),
            new Directory(store.registry()),
            live,
            Senders.of(
                List.of(new ListSender(PushService.APNS), new ListSender(PushService.WEB_PUSH))),
            RoutingOptions.DEFAULT,
            clock);
    routing.resume();
    api =
        new DeviceApi(
            routing, administration(), live, settings, AddressUrls.PUBLIC, bound::add, patience);
    handles =
        new HandleApi(
            routing, administration(), store.handles(), settings, AddressUrls.PUBLIC, MOST_HANDLES);
    listener =
        HttpListener.open(
            HttpSettings.plain("devices", "127.0.0.1", 0),
            loops,
            new Handlers(api).at(HandleApi.PATH, handles));
    store.registry().keepOrganisation(ACME, "test");
    store.registry().keepApp(new App(APP, ACME, "Phone", APP.value(), ""), "test");
    store
        .settings()
        .put(
            ACME,
            Setting.PUSH_NOTIFICATION,
            Setting.GLOBAL,
            Map.of("apple", List.of("true")),
            -1,
            "test");
  }

  private Administration administration() {
    return new Administration(
        registry.port,
        store.secrets(),
        store.settings(),
        store.domains(),
        store.passwords(),
        store.handles());
  }

  private final class ListSender implements Sender {
    private final PushService service;

    ListSender(final PushService service) {
      this.service = service;
    }

    @Override
    public SenderId id() {
      return service.sender();
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      for (final var push : group) {
        pushes.add(push);
        outcomes.outcome(push, new DeliveryOutcome.HandedOver("kept"));
      }
    }

    @Override
    public void close() {}
  }

  /// Takes the oldest push that left, and waits for it.
  Push pushed() {
    try {
      final var push = pushes.pollFirst(10, TimeUnit.SECONDS);
      if (push == null) {
        throw new AssertionError("no push left within 10 s");
      }
      return push;
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Map<String, Set<String>> parameters() {
    return api.parameters();
  }

  Map<String, Set<String>> addresses() {
    final var all = new TreeMap<>(api.addresses());
    all.putAll(handles.addresses());
    return all;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + listener.port());
  }

  UserId user(final String name) {
    final var id = new UserId(ACME, name);
    store.registry().keepUser(new User(id, "", List.of(), Preferences.DEFAULT), "test");
    return id;
  }

  /// A code with which a device may register for the user.
  String code(final UserId user) {
    return code(user, APP, Instant.now().plusSeconds(60));
  }

  String code(final UserId user, final AppId app, final Instant expires) {
    final var code = "rc_" + CODES.incrementAndGet();
    store
        .secrets()
        .keepCode(
            DeviceTokens.sha256(code),
            new OneTimeCode(user.organisation(), app, user.name(), expires));
    return code;
  }

  /// Hands an event in and waits for its commit; answers its sequence.
  long hand(final Event event) {
    final var answered = new CompletableFuture<Intake.Answer>();
    routing.intake().submit(new Intake.HandIn(event, event.hashCode(), answered::complete));
    return switch (answered.orTimeout(10, TimeUnit.SECONDS).join()) {
      case Intake.Answer.Stored(var sequence) -> sequence;
      case Intake.Answer.Repeat(var sequence) -> sequence;
      case Intake.Answer.Conflict _, Intake.Answer.CallKnown _, Intake.Answer.NotKept _ ->
          throw new AssertionError("not stored");
    };
  }

  String id(final long sequence) {
    return routing.records().ids().of(sequence);
  }

  @Override
  public void close() {
    live.drain(Duration.ZERO);
    listener.close();
    api.close();
    handles.close();
    live.close();
    routing.close();
    store.close();
    loops.close();
    if (isTemporary) {
      remove();
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("reveille-devices");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove() {
    try (var all = Files.walk(directory)) {
      for (final var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

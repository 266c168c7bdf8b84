package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.reveille.model.AppState;
import dev.reveille.model.CallEnd;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Event;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.model.TargetKey;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TestClock;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.UserPasswords;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// Routing without its thread: a test hands in, lets it take turns, takes out what left, answers,
/// and moves the clock. What left and was not taken fails the test in [#nothingIsLeft].
final class RoutingFixture implements AutoCloseable {
  static final RoutingOptions OPTIONS = RoutingOptions.DEFAULT;

  final TestClock clock = new TestClock(NOW);
  ServerClock time = new ServerClock(clock, clock::elapsed);
  Audiences audiences = Audiences.NONE;
  final MemoryStore store = new MemoryStore(() -> time.instant());
  final MemoryRegistry registry = new MemoryRegistry(store::notDispatching);
  final MemorySettings settings = new MemorySettings(store::notDispatching);
  final Live live = new Live();
  final ArrayDeque<Runnable> lookups = new ArrayDeque<>();

  /// Whether [#turn] answers what the dispatcher asks of the stores.
  boolean looks = true;

  /// Whether it commits what was noted.
  boolean commits = true;

  /// The stores are read where the dispatcher asks, in a test with a dispatcher of its own.
  boolean looksAtOnce;

  /// Runs on the dispatcher's thread each time that it asks something of the stores.
  Runnable whenAsked = () -> {};

  final Map<PushService, FakeSender> senders = new EnumMap<>(PushService.class);

  /// Those that are there.
  final Senders reach = new Senders();

  Routing routing;
  private RoutingOptions options;

  RoutingFixture() {
    this(OPTIONS);
  }

  /// With every push service switched on, and Anna's iPhone.
  static RoutingFixture ofAnna() {
    final var fixture = new RoutingFixture();
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    return fixture;
  }

  RoutingFixture(final RoutingOptions options) {
    this.options = options;
    for (final var service :
        List.of(PushService.APNS, PushService.FCM, PushService.MPNS, PushService.WEB_PUSH)) {
      final var sender = new FakeSender(service);
      senders.put(service, sender);
      reach.add(sender);
    }
    routing = assemble();
    routing.dispatcher().takeUp();
  }

  private Routing assemble() {
    return new Routing(
        new Stores.Parts(
            store.journal(),
            store.inbox(),
            store.trail(),
            store.sends(),
            store.waiting(),
            store.calls(),
            registry,
            settings,
            unasked(SecretStore.class),
            unasked(SealedSecrets.class),
            unasked(HubRegistrations.class),
            unasked(HubJobs.class),
            unasked(Handles.class),
            unasked(OpenReports.class),
            store.clock(),
            store.starts,
            unasked(OrganisationDomains.class),
            unasked(UserPasswords.class)),
        new Directory(registry),
        live,
        reach,
        audiences,
        options,
        time,
        new LookupThreads(this::lookUp));
  }

  private void lookUp(final Runnable lookup) {
    whenAsked.run();
    if (looksAtOnce) {
      lookup.run();
    } else {
      lookups.add(lookup);
    }
  }

  /// What the dispatcher asked of the stores is read between its turns; while it takes one, the
  /// stores throw.
  private boolean turnOfDispatcher() {
    store.dispatcher = Thread.currentThread();
    try {
      return !routing.dispatcher().turn().isAfter(clock.instant());
    } finally {
      store.dispatcher = null;
    }
  }

  /// Does what the dispatcher asked of the stores. Answers whether there was anything.
  boolean look() {
    boolean any = false;
    for (var lookup = lookups.poll(); lookup != null; lookup = lookups.poll()) {
      lookup.run();
      any = true;
    }
    return any;
  }

  /// A port that routing must not use.
  static <T> T unasked(final Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, _) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  /// The process dies and a new one starts with what was committed. Phones are gone.
  void crashAndStartAgain() {
    store.crash();
    live.open.clear();
    live.frames.clear();
    lookups.clear();
    senders.values().forEach(sender -> sender.taken.clear());
    time = new ServerClock(clock, clock::elapsed);
    routing = assemble();
    routing.dispatcher().takeUp();
    turn();
  }

  // ---- who there is ---------------------------------------------------------------------------

  void switchOn(final String... services) {
    final var values = new HashMap<String, List<String>>();
    for (final var service : services) {
      values.put(service, List.of("true"));
    }
    settings.put(ACME, Setting.PUSH_NOTIFICATION, Setting.GLOBAL, values, -1, "test");
  }

  void switchEverythingOn() {
    switchOn("apple", "google", "microsoft", "web");
  }

  void person(final UserId id, final Installation... phones) {
    person(id, Preferences.DEFAULT, phones);
  }

  void person(final UserId id, final Preferences preferences, final Installation... phones) {
    registry.keepUser(new User(id, "", List.of(), preferences), "test");
    for (final var phone : phones) {
      registry.keepInstallation(phone, "test");
    }
  }

  // ---- what happens ---------------------------------------------------------------------------

  /// Hands in, commits and takes turns; answers the sequence.
  long accept(final Event event) {
    final var told = new ArrayList<Answer>();
    routing.intake().submit(new HandIn(event, event.hashCode(), told::add));
    store.commit();
    final long sequence = assertInstanceOf(Answer.Stored.class, told.getFirst()).sequence();
    turn();
    return sequence;
  }

  Answer submit(final Event event) {
    final var told = new ArrayList<Answer>();
    routing.intake().submit(new HandIn(event, event.hashCode(), told::add));
    turn();
    assertEquals(1, told.size(), "each hand-in is answered once");
    return told.getFirst();
  }

  /// Takes turns and commits until nothing more happens at this moment.
  void turn() {
    int quiet = 0;
    for (int i = 0; i < 20_000; i++) {
      boolean busy = commits && store.commit();
      busy |= turnOfDispatcher();
      busy |= looks && look();
      busy |= commits && store.commit();
      quiet = busy ? 0 : quiet + 1;
      if (quiet == 2) { // the first may have left inputs to itself
        return;
      }
    }
    throw new AssertionError("the dispatcher does not come to rest");
  }

  void advance(final Duration by) {
    clock.advance(by);
    turn();
  }

  /// Moves the clock on in steps, as it moves in life.
  void pass(final Duration time) {
    final var until = clock.instant().plus(time);
    while (clock.instant().isBefore(until)) {
      final var left = Duration.between(clock.instant(), until);
      advance(left.compareTo(Duration.ofMillis(250)) < 0 ? left : Duration.ofMillis(250));
    }
  }

  void acknowledge(final UserId user, final String phone, final long... events) {
    routing
        .dispatcher()
        .acknowledged(
            user, new InstallationId(phone), Mark.RECEIVED, Arrays.stream(events).boxed().toList());
    turn();
  }

  // ---- what came of it ------------------------------------------------------------------------

  FakeSender apns() {
    return Objects.requireNonNull(senders.get(PushService.APNS));
  }

  FakeSender fcm() {
    return Objects.requireNonNull(senders.get(PushService.FCM));
  }

  List<TrailEntry> trail(final long event) {
    return store.lines().stream().filter(line -> line.event() == event).toList();
  }

  /// The trail of one device in short: decision and reason first, then `way outcome REASON`.
  List<String> story(final long event, final String phone) {
    return story(event, new InstallationId(phone).target());
  }

  /// The same of one target of a job.
  List<String> story(final long event, final TargetKey target) {
    final var story = new ArrayList<String>();
    for (final var line : trail(event)) {
      switch (line) {
        case TrailEntry.Opening opening when opening.target().equals(target) -> {
          story.add(opening.decision() + " " + opening.why());
          opening.tries().forEach(one -> story.add(inShort(one)));
          if (opening.settled()) {
            story.add("settled");
          }
        }
        case TrailEntry.Later later when later.target().equals(target) -> {
          later.tries().forEach(one -> story.add(inShort(one)));
          if (later.settled()) {
            story.add("settled");
          }
        }
        case TrailEntry.Targets targets ->
            targets.targets().stream()
                .filter(one -> one.target().equals(target))
                .forEach(one -> {
                  one.tries().forEach(each -> story.add(inShort(each)));
                  if (one.settled()) {
                    story.add("settled");
                  }
                });
        case TrailEntry.Opening _, TrailEntry.Later _, TrailEntry.NoDevice _ -> {}
      }
    }
    return story;
  }

  private static String inShort(final Try one) {
    return one.way() + " " + one.outcome() + " " + one.why();
  }

  /// How many lines settle each device that an event concerned.
  Map<InstallationId, Integer> settledLines(final long event) {
    final var lines = new HashMap<InstallationId, Integer>();
    for (final var line : trail(event)) {
      if (line instanceof TrailEntry.Opening opening) {
        lines.merge(device(opening.target()), opening.settled() ? 1 : 0, Integer::sum);
      }
    }
    for (final var line : trail(event)) {
      if (line instanceof TrailEntry.Later later && later.settled()) {
        lines.computeIfPresent(device(later.target()), (_, count) -> count + 1);
      }
    }
    return lines;
  }

  private static InstallationId device(final TargetKey target) {
    return target.installation().orElseThrow();
  }

  static TryAgain tryAgain(final Reason why, final Instant notBefore) {
    return new TryAgain(why, "503", notBefore);
  }

  /// Ends the call `c` everywhere, so that its missed alert does not come in the middle of a test.
  void endTheCall() {
    routing.calls().end(ACME, call("c"), new CallEnd.AnsweredElsewhere("desk"), _ -> {});
    turn();
    live.open.keySet().forEach(_ -> live.frames.clear());
    apns().always = _ -> new HandedOver("");
    fcm().always = apns().always;
    apns().taken.forEach(apns()::handOver);
    apns().taken.clear();
    fcm().taken.forEach(fcm()::handOver);
    fcm().taken.clear();
    pass(OPTIONS.patience());
  }

  /// Everything that left was taken by the test, and nothing is under way any more.
  void nothingIsLeft() {
    assertEquals(List.of(), live.frames, "frames that the test did not look at");
    for (final var sender : senders.values()) {
      assertEquals(List.of(), sender.taken, "pushes that the test did not look at");
    }
    assertEquals(0, routing.dispatcher().inFlight(), "items under way");
    assertEquals(List.of(), store.rows(), "rows that wait");
    assertEquals(0, routing.backlog(), "credits not given back");
    assertEquals(0L, routing.counters().read().get("faults"), "faults");
  }

  /// As [#nothingIsLeft], at the end of a test.
  @Override
  public void close() {
    nothingIsLeft();
  }

  /// Apple and Google take whatever comes.
  ///
  /// @param left where the pushes are noted, in turn
  void handsOver(final List<Push> left) {
    for (final var sender : List.of(apns(), fcm())) {
      sender.always =
          push -> {
            left.add(push);
            return new HandedOver("");
          };
    }
  }

  /// What was accepted because a call was missed.
  List<Event.Other> missedAlerts() {
    return store.events().stream()
        .filter(stored -> stored.event() instanceof Event.Other)
        .map(stored -> (Event.Other) stored.event())
        .toList();
  }

  /// Channels that a test opens and closes.
  static final class Live implements LiveRoutes {
    final Map<InstallationId, LiveState> open = new HashMap<>();
    final List<Frame> frames = new ArrayList<>();
    private final Map<Frame, Lost> lost = new HashMap<>();
    boolean fails;

    /// Told of each frame before it leaves.
    Consumer<Frame> watch = _ -> {};

    /// Runs each time that the dispatcher looks whether a phone is connected.
    Runnable whenAsked = () -> {};

    void connect(final String phone, final AppState state, final Instant since) {
      final var word = state == AppState.FOREGROUND ? "foreground" : "background";
      open.put(new InstallationId(phone), new LiveState(true, state, word, since));
    }

    void foreground(final String phone) {
      connect(phone, AppState.FOREGROUND, NOW.minusSeconds(60));
    }

    void suspended(final String phone) {
      connect(phone, AppState.SUSPENDED, NOW.minusSeconds(60));
    }

    void disconnect(final String phone) {
      open.remove(new InstallationId(phone));
    }

    @Override
    public LiveState of(final InstallationId installation) {
      whenAsked.run();
      return open.getOrDefault(installation, LiveState.NOTHING);
    }

    @Override
    public void send(final List<Frame> group, final Lost told) {
      if (fails) {
        throw new IllegalStateException("no loop");
      }
      for (final var frame : group) {
        watch.accept(frame);
        frames.add(frame);
        lost.put(frame, told);
      }
    }

    /// Takes the only frame out.
    Frame take() {
      assertEquals(1, frames.size(), () -> "frames: " + frames);
      return frames.removeFirst();
    }

    void lose(final Frame frame, final Reason why) {
      Objects.requireNonNull(lost.get(frame)).lost(frame, why);
    }
  }
}

package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.live.LiveSettings;
import dev.reveille.model.CallId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.PushContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/// The steps with which a phone opens a channel and speaks on it, the revocation, and the moments
/// at which one look at the installation is stopped and let go, in random orders. Some steps wait
/// for the one before, others run beside it.
final class RevocationProperties {
  private static final int SIGNED_OUT = 4320;
  private static final int PATIENCE_SECONDS = 15;

  /// How a device loses its user.
  private enum Way {
    SIGN_OUT,
    REMOVAL,
    ERASURE,
    USER_MADE_ANEW
  }

  private enum Step {
    /// Memory forgets the installation, so that the next request looks at it.
    FORGET,
    STOP_A_LOOK,
    LET_GO,
    REVOKE,
    OPEN,
    HELLO,
    ANSWER,
    TICKET,
    ASK,
    ECHO
  }

  /// What the phone does.
  private enum Channel {
    SOCKET(Step.OPEN, Step.HELLO, Step.ANSWER),
    STREAM(Step.OPEN),
    POLL(Step.OPEN),
    TICKET(Step.TICKET, Step.OPEN),
    CHALLENGE(Step.ASK, Step.ECHO);

    final List<Step> steps;

    Channel(final Step... steps) {
      this.steps = List.of(steps);
    }
  }

  @SuppressWarnings("NullAway") // set before all orders
  private static Path directory;

  @SuppressWarnings("NullAway") // set before all orders
  private static DeviceServer server;

  @SuppressWarnings("NullAway") // set before all orders
  private static ExecutorService threads;

  private static final AtomicInteger ORDERS = new AtomicInteger();

  /// Played beside each other, each with an installation of its own.
  private static final int AT_ONCE = 5;

  @BeforeContainer
  static void start() throws IOException {
    directory = Files.createTempDirectory("reveille-revocation");
    server =
        new DeviceServer(
            directory,
            DeviceSettings.DEFAULT.withRegistrationsPerMinute(1_000_000),
            LiveSettings.DEFAULT);
    threads = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterContainer
  static void stop() throws IOException {
    threads.shutdownNow();
    server.close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Property(tries = 170, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void whatever_the_order_a_revoked_phone_has_no_channel_and_does_nothing(@ForAll final long seed) {
    final var random = new Random(seed);
    final var orders = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < AT_ONCE; i++) {
      final var order = random.nextLong();
      orders.add(CompletableFuture.runAsync(() -> play(order), threads));
    }
    orders.forEach(CompletableFuture::join);
  }

  private static void play(final long seed) {
    try {
      new Order(new Random(seed)).play();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One order, of a phone of its own.
  private static final class Order {
    private final Random random;
    private final Way way;
    private final Channel channel;
    private final List<Step> steps;
    private final boolean hasMessage;
    private final UserId user;
    private final InstallationId id;
    private final PhoneRequests.Device phone;
    private final CallId call = new CallId(UUID.randomUUID());
    private final String tokens;
    private final @Nullable InstallationId holder;
    private HeldPort.@Nullable Barrier barrier;

    // What the phone's thread does, one after the other.
    private CompletableFuture<Void> phoneDoes = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> revoked = new CompletableFuture<>();

    // What came of it: written by the phone's thread, read when all has come to an end.
    private PhoneRequests.@Nullable Socket socket;
    private @Nullable EventStream stream;
    private @Nullable CompletableFuture<PhoneRequests.Answer> poll;
    private String secret = "none";
    private int echoed;
    private boolean openedLate;
    private boolean greetedLate;
    private boolean answeredLate;
    private boolean echoedLate;

    Order(final Random random) {
      this.random = random;
      this.way = Way.values()[random.nextInt(Way.values().length)];
      this.channel = Channel.values()[random.nextInt(Channel.values().length)];
      this.hasMessage = random.nextBoolean();
      this.steps = steps();
      final int number = ORDERS.incrementAndGet();
      this.user = server.user("user-" + number);
      this.phone = PhoneRequests.register(server, server.code(user));
      this.id = new InstallationId(phone.installation());
      this.tokens =
          "\"tokens\":[{\"service\":\"apns\",\"channel\":\"message\",\"token\":\""
              + "%064x".formatted(number)
              + "\"}]";
      this.holder =
          channel == Channel.CHALLENGE
              ? new InstallationId(
                  PhoneRequests.register(
                          server, server.code(server.user("holder-" + number)), "," + tokens)
                      .installation())
              : null;
      if (hasMessage) {
        server.hand(SampleEvents.message("secret", user));
      }
      if (channel == Channel.SOCKET) {
        server.hand(SampleEvents.call(call, Duration.ofMinutes(5), user));
      }
    }

    /// The phone's steps in their order, and the others wherever they fall.
    private List<Step> steps() {
      final Deque<Step> own = new ArrayDeque<>(channel.steps);
      final Deque<Step> barriers = new ArrayDeque<>(List.of(Step.STOP_A_LOOK, Step.LET_GO));
      final var alone = new ArrayDeque<>(List.of(Step.REVOKE));
      final var forget =
          new ArrayDeque<>(random.nextInt(3) > 0 ? List.of(Step.FORGET) : List.<Step>of());
      final var all = List.of(own, barriers, alone, forget);
      final var order = new ArrayList<Step>();
      while (all.stream().anyMatch(left -> !left.isEmpty())) {
        final var from = all.get(random.nextInt(all.size()));
        if (!from.isEmpty()) {
          order.add(from.removeFirst());
        }
      }
      return order;
    }

    @Override
    public String toString() {
      return way + " of " + channel + (hasMessage ? " with a message " : " ") + steps;
    }

    void play() throws IOException {
      for (final var step : steps) {
        final var going = begin(step);
        if (random.nextInt(4) > 0) {
          Eventually.holds(
              () -> going.isDone() || standsAtBarrier() || !server.live.all(id).isEmpty(),
              () -> step + " in " + this);
        }
      }
      done(phoneDoes);
      done(revoked);
      judge();
    }

    private boolean standsAtBarrier() {
      return barrier != null && barrier.isReached();
    }

    private void done(final CompletableFuture<Void> going) {
      try {
        going.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
      } catch (RuntimeException failed) {
        throw new AssertionError(toString(), failed);
      }
    }

    private CompletableFuture<Void> begin(final Step step) {
      return switch (step) {
        case FORGET -> {
          final var _ = server.store.registry().changeInstallation(id, it -> it, "test");
          yield CompletableFuture.completedFuture(null);
        }
        case STOP_A_LOOK -> {
          barrier = server.registry.stop(id, random.nextBoolean(), random.nextInt(3));
          yield CompletableFuture.completedFuture(null);
        }
        case LET_GO -> {
          if (barrier != null) {
            server.registry.remove(barrier);
          }
          yield CompletableFuture.completedFuture(null);
        }
        case REVOKE -> revoked = CompletableFuture.runAsync(this::revoke, threads);
        case OPEN, HELLO, ANSWER, TICKET, ASK, ECHO ->
            phoneDoes = phoneDoes.thenRunAsync(() -> ownStep(step), threads);
      };
    }

    private void revoke() {
      final var registry = server.store.registry();
      switch (way) {
        case SIGN_OUT -> assertEquals(204, phone.send("POST", "/sign-out", "").status());
        case REMOVAL -> registry.removeInstallation(id, "test");
        case ERASURE -> registry.removeUser(user, "test");
        case USER_MADE_ANEW -> {
          registry.removeUser(user, "test");
          server.user(user.name());
        }
      }
    }

    private void ownStep(final Step step) {
      final boolean late = revoked.isDone();
      switch (step) {
        case OPEN -> {
          openedLate = late;
          open();
        }
        case HELLO -> {
          greetedLate = late;
          say("{\"frame\":\"hello\",\"state\":\"foreground\"}");
        }
        case ANSWER -> {
          answeredLate = late;
          say("{\"frame\":\"answer\",\"id\":\"1\",\"call\":\"" + call + "\"}");
        }
        case TICKET ->
            secret = phone.send("POST", "/tickets", "").json().path("ticket").asText("none");
        case ASK -> ask();
        case ECHO -> {
          echoedLate = late;
          final var body = "{" + tokens + ",\"echo\":\"" + secret + "\"}";
          echoed = phone.send("PUT", "/tokens", body).status();
        }
        case FORGET, STOP_A_LOOK, LET_GO, REVOKE -> throw new IllegalStateException(step.name());
      }
    }

    private void open() {
      try {
        switch (channel) {
          case SOCKET -> {
            try {
              socket = phone.open();
            } catch (CompletionException refused) {
              socket = null;
            }
          }
          case STREAM -> stream = EventStream.of(phone, "state=foreground");
          case POLL -> poll = phone.sendLater("GET", "/poll?wait=30&state=foreground");
          case TICKET -> stream = new EventStream(server.address(), "/live?ticket=" + secret);
          case CHALLENGE -> throw new IllegalStateException("opens nothing");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void say(final String frame) {
      try {
        if (socket != null) {
          socket.say(frame);
        }
      } catch (CompletionException closed) {
        answeredLate = true; // nothing was said
      }
    }

    private void ask() {
      final var asked = phone.send("POST", "/challenges", "{" + tokens + "}");
      if (asked.status() == 200) {
        Eventually.holds(() -> word().isPresent(), () -> "the word is not pushed: " + this);
        secret = word().orElseThrow();
      }
    }

    private Optional<String> word() {
      return server.pushes.stream()
          .filter(one -> tokens.contains(one.to().token().value()))
          .map(push -> ((PushContent.Wake) push.content()).event())
          .findFirst();
    }

    private void judge() throws IOException {
      Eventually.holds(() -> server.live.all(id).isEmpty(), () -> "a channel stays open: " + this);
      switch (channel) {
        case SOCKET -> judgeSocket();
        case STREAM, TICKET -> judgeStream();
        case POLL -> judgePoll();
        case CHALLENGE -> judgeChallenge();
      }
    }

    private void judgeSocket() {
      if (socket != null) {
        assertTrue(List.of(SIGNED_OUT, 1006).contains(socket.closeCode()), this::toString);
        assertFalse((openedLate || greetedLate) && socket.hasSeen("welcome"), this::toString);
        assertFalse((openedLate || greetedLate) && socket.hasSeen("entry"), this::toString);
      }
      if (answeredLate) {
        assertTrue(server.routing.calls().isRinging(user.organisation(), call), this::toString);
      }
    }

    private void judgeStream() throws IOException {
      try (var opened = stream) {
        if (opened == null) {
          return;
        }
        assertTrue(!openedLate || opened.status() == 401, this::toString);
        if (opened.status() == 200) {
          EventStream.Block last = null;
          for (var block = opened.block(); block != null; block = opened.block()) {
            last = block;
          }
          assertTrue(last != null && last.kind().equals("error"), this::toString);
        } else {
          assertEquals(401, opened.status(), this::toString);
        }
      }
    }

    private void judgePoll() {
      if (poll != null) {
        final var answer = poll.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        final boolean told = hasMessage && !openedLate && answer.status() == 200;
        assertTrue(told || answer.status() == 401, () -> answer + " in " + this);
      }
    }

    private void judgeChallenge() {
      assertTrue(!echoedLate || echoed == 401, () -> echoed + " in " + this);
      final var kept = server.store.registry().installation(Objects.requireNonNull(holder));
      assertEquals(echoed == 204 ? 0 : 1, kept.orElseThrow().addresses().size(), this::toString);
    }
  }
}

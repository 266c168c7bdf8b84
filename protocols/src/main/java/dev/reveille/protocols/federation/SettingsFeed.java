package dev.reveille.protocols.federation;

import dev.reveille.sip.message.SipResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the settings of an edge as those of this server, its home, are: asks it every two seconds
/// which it has, and sends them where they differ. Thread-safe; [#close] does not wait.
public final class SettingsFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsFeed.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(40);

  /// Reads the settings again after so long, although none was said to have changed.
  private static final Duration READ_AGAIN = Duration.ofSeconds(30);

  private final Supplier<HomeSettings> settings;
  private final EdgeLeg leg;
  private final Runnable taken;
  private final InstantSource clock;
  private final AtomicBoolean changed = new AtomicBoolean(true);
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("settings feed").factory());
  private volatile State state = new State("", Optional.empty(), "", List.of());
  private byte[] bytes = new byte[0];
  private String revision = "";
  private Instant read = Instant.EPOCH;

  /// What the edge said last.
  ///
  /// @param revision which it has; "" when it said nothing
  /// @param confirmed when it last had the settings that hold here
  /// @param fault why it does not have them; "" when it does, and while it was not asked
  /// @param own where it has settings of its own
  public record State(
      String revision, Optional<Instant> confirmed, String fault, List<OwnSetting> own) {
    public State {
      own = List.copyOf(own);
    }
  }

  /// Begins.
  ///
  /// @param settings reads what holds here; may block
  /// @param taken run when other settings hold at the edge than before; must not block
  public SettingsFeed(
      final Supplier<HomeSettings> settings,
      final EdgeLeg leg,
      final Runnable taken,
      final InstantSource clock) {
    this.settings = settings;
    this.leg = leg;
    this.taken = taken;
    this.clock = clock;
    looking.scheduleWithFixedDelay(this::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Settings or domains changed: the edge is told at once. Never blocks.
  public void changed() {
    if (!changed.getAndSet(true)) {
      try {
        looking.execute(this::look);
      } catch (final RejectedExecutionException closed) {
        // the next start tells it
      }
    }
  }

  public State state() {
    return state;
  }

  private void look() {
    try {
      if (leg.isConnected()) {
        follow();
      } else {
        failed("there is no connection to it");
      }
    } catch (final InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (final RuntimeException fault) { // such as a store that cannot be read
      changed.set(true);
      LOG.error("the settings could not be sent to the edge", fault);
      failed("they could not be read: " + fault.getMessage());
    }
  }

  private void follow() throws InterruptedException {
    final var now = clock.instant();
    if (changed.getAndSet(false) || now.isAfter(read.plus(READ_AGAIN))) {
      bytes = settings.get().bytes();
      revision = HomeSettings.revision(bytes);
      read = now;
    }
    var reply = told(SettingsPage.question(revision));
    if (reply.isPresent() && !reply.get().revision().equals(revision)) {
      final var pages = pages();
      if (pages.isEmpty()) {
        return;
      }
      for (final var page : pages) {
        reply = told(page);
        if (reply.isEmpty()) {
          return;
        }
      }
    }
    if (reply.isEmpty()) {
      return;
    }
    final var has = reply.get();
    final boolean isNew = !state.revision.equals(has.revision()) || !state.own.equals(has.own());
    state =
        has.revision().equals(revision)
            ? new State(has.revision(), Optional.of(clock.instant()), "", has.own())
            : new State(
                has.revision(), state.confirmed, "it took the pages and has others", has.own());
    if (isNew) {
      taken.run();
    }
  }

  /// Empty when they are more than an edge takes; the state says so.
  private List<SettingsPage> pages() {
    try {
      return SettingsPage.all(revision, bytes);
    } catch (final IllegalArgumentException tooMany) {
      failed(String.valueOf(tooMany.getMessage()));
      return List.of();
    }
  }

  private record Said(Optional<SipResponse> response, String fault) {}

  /// @return empty when the edge did not take it; the state says why
  private Optional<SettingsReply> told(final SettingsPage page) throws InterruptedException {
    final var said = new CompletableFuture<Said>();
    leg.tell(
        SettingsPage.TYPE,
        page.bytes(),
        new FederationWay.Answered() {
          @Override
          public void answered(final SipResponse response) {
            said.complete(new Said(Optional.of(response), ""));
          }

          @Override
          public void failed(final Diagnosis why, final boolean mayHaveArrived) {
            said.complete(new Said(Optional.empty(), why.reason()));
          }
        });
    try {
      final var told = said.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      if (told.response.filter(SipResponse::isSuccess).isPresent()) {
        return Optional.of(SettingsReply.read(told.response.get().body()));
      }
      failed(
          told.response
              .map(answer -> "it answers " + answer.status() + " " + answer.phrase())
              .orElse(told.fault));
    } catch (final TimeoutException | ExecutionException late) {
      failed("it does not answer");
    } catch (final IllegalArgumentException malformed) {
      failed("its answer cannot be read");
    }
    return Optional.empty();
  }

  private void failed(final String why) {
    if (!state.fault.equals(why)) {
      LOG.warn("the edge does not have the settings of today: {}", why);
    }
    state = new State(state.revision, state.confirmed, why, state.own);
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}

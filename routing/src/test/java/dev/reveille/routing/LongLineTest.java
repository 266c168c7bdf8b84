package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.callEnded;
import static dev.reveille.routing.port.Samples.missedCall;
import static dev.reveille.routing.port.Samples.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WorkKey;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A million pushes wait behind a breaker. The waiting room makes its rows when they are claimed,
/// so whatever is in memory was claimed by the dispatcher.
class LongLineTest {
  private static final int EACH = 333_334;
  private static final String BREAKER = "apns com.example.phone";
  private final RoutingFixture fixture = new RoutingFixture();
  private final Room room = new Room();
  private final Routing routing;
  private long over;

  LongLineTest() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    routing =
        new Routing(
            new Stores.Parts(
                journal(),
                fixture.store.inbox(),
                fixture.store.trail(),
                fixture.store.sends(),
                room,
                fixture.store.calls(),
                fixture.registry,
                fixture.settings,
                RoutingFixture.unasked(SecretStore.class),
                RoutingFixture.unasked(SealedSecrets.class),
                RoutingFixture.unasked(HubRegistrations.class),
                RoutingFixture.unasked(HubJobs.class),
                RoutingFixture.unasked(Handles.class),
                RoutingFixture.unasked(OpenReports.class),
                fixture.store.clock(),
                fixture.store.starts,
                RoutingFixture.unasked(OrganisationDomains.class),
                RoutingFixture.unasked(UserPasswords.class)),
            new Directory(fixture.registry),
            fixture.live,
            Senders.of(fixture.senders.values()),
            Audiences.NONE,
            RoutingOptions.DEFAULT,
            fixture.time,
            new LookupThreads(Runnable::run));
  }

  /// Bulk is the oldest, then normal, then urgent: age alone would send them the other way round.
  private static Lane laneOf(final long event) {
    return Lane.values()[2 - (int) (event / EACH)];
  }

  private static Event event(final long sequence) {
    final var id = "e" + sequence;
    return switch (laneOf(sequence)) {
      case URGENT -> callEnded(id, id, new CallEnd.AnsweredElsewhere("desk"));
      case NORMAL -> missedCall(id);
      case BULK -> silent(id);
    };
  }

  /// Knows every event, forgets every note, and counts what is over.
  private EventJournal journal() {
    final var real = fixture.store.journal();
    return (EventJournal)
        Proxy.newProxyInstance(
            EventJournal.class.getClassLoader(),
            new Class<?>[] {EventJournal.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "find" -> {
                    final long sequence = (Long) arguments[0];
                    yield Optional.of(new StoredJob(sequence, Samples.NOW, event(sequence)));
                  }
                  case "note" -> {
                    count((List<?>) arguments[0]);
                    yield null;
                  }
                  case "noteDurably" -> {
                    count((List<?>) arguments[0]);
                    ((Runnable) arguments[1]).run();
                    yield null;
                  }
                  default -> method.invoke(real, arguments);
                });
  }

  private void count(final List<?> notes) {
    over += notes.stream().filter(Note.Unparked.class::isInstance).count();
  }

  private static final class Room implements WaitingRoom {
    private final int[] claimed = new int[3];

    int all() {
      return claimed[0] + claimed[1] + claimed[2];
    }

    @Override
    public Set<String> breakers() {
      return all() == 3 * EACH ? Set.of() : Set.of(BREAKER);
    }

    @Override
    public List<Waiting> claimBehind(final String breaker, final int most) {
      final var some = new ArrayList<Waiting>();
      for (final var lane : Lane.values()) {
        final int at = lane.ordinal();
        while (some.size() < most && claimed[at] < EACH) {
          some.add(row((2L - at) * EACH + claimed[at]++, lane));
        }
      }
      return some;
    }

    private static Waiting row(final long event, final Lane lane) {
      final var phone = new TargetKey("phone");
      final var until = Samples.life().alertBefore();
      return Waiting.until(Instant.EPOCH, event, phone, lane, 1, until, Reason.SERVICE_UNREACHABLE)
          .behind(BREAKER);
    }

    @Override
    public List<Waiting> claimDue(final Instant now, final int most) {
      return List.of();
    }

    @Override
    public List<Waiting> claimByCalendar(final Instant shown, final int most) {
      return List.of();
    }

    @Override
    public Instant nextByCalendar() {
      return Instant.MAX;
    }

    @Override
    public List<Waiting> claimOldest(final String breaker, final int most) {
      throw new AssertionError("the line is not bounded");
    }

    @Override
    public long waiting(final String breaker) {
      return size();
    }

    @Override
    public List<Waiting> claimOverdue(final Instant now, final int most) {
      return List.of();
    }

    @Override
    public Instant nextDue() {
      return Instant.MAX;
    }

    @Override
    public long size() {
      return 3L * EACH - all();
    }

    @Override
    public Optional<Waiting> find(final WorkKey work) {
      return Optional.empty();
    }
  }

  @Test
  void a_million_that_waited_are_never_in_memory_together_and_go_by_lane_and_age() {
    final var apns = fixture.apns();
    int most = 0;
    long sent = 0;
    Push before = null;
    for (int turns = 0; over < 3L * EACH; turns++) {
      assertTrue(turns < 50_000, () -> "over: " + over + " of " + room.all() + " claimed");
      routing.dispatcher().turn();
      most = Math.max(most, routing.dispatcher().inFlight());
      if (apns.taken.size() < 5_000 && room.all() < 3 * EACH) {
        continue; // the service is slow: what is under way grows as far as it may
      }
      for (final var push : apns.taken) {
        if (before != null) {
          final int by = before.lane().compareTo(push.lane());
          assertTrue(by < 0 || (by == 0 && before.event() < push.event()), "in order");
        }
        before = push;
        sent++;
        apns.answer(push, new HandedOver(""));
      }
      apns.taken.clear();
      apns.forget();
    }
    assertEquals(3L * EACH, sent);
    assertEquals(0, routing.dispatcher().inFlight());
    final int bound = RoutingOptions.DEFAULT.mostInFlight() / 4;
    final int seen = most;
    assertTrue(seen <= bound, () -> seen + " in memory");
    assertTrue(Objects.requireNonNull(before).lane() == Lane.BULK);
  }
}

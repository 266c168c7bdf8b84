package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ACME;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.EventKey;
import dev.reveille.model.Life;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RingingIndexTest {
  /// So many names, each of as many parts that are either of two with one hash.
  private static final int PARTS = 10;

  private static List<UserId> usersOfOneHash() {
    final var users = new ArrayList<UserId>();
    for (int number = 0; number < 1 << PARTS; number++) {
      final var name = new StringBuilder();
      for (int part = 0; part < PARTS; part++) {
        name.append((number >> part & 1) == 0 ? "Aa" : "BB");
      }
      users.add(new UserId(ACME, name.toString()));
    }
    return users;
  }

  private static long longestList(final List<UserId> users) {
    final var index = new RingingIndex();
    return users.stream().collect(groupingBy(index::head, counting())).values().stream()
        .max(Long::compare)
        .orElseThrow();
  }

  @Test
  void names_that_a_sender_chose_for_their_hash_do_not_share_a_list() {
    final var users = usersOfOneHash();
    assertEquals(1, users.stream().mapToInt(UserId::hashCode).distinct().count());
    final long longest = longestList(users);
    assertTrue(longest < 20, () -> "the longest has " + longest);
    final var book = new ActiveCalls(new RingingRoom(1_000_000, 1_000_000));
    final var life =
        new Life(Samples.NOW.plus(Duration.ofMinutes(1)), Samples.NOW.plus(Duration.ofMinutes(1)));
    final var call =
        new IncomingCall(
            new EventKey(ACME, "pbx", "1"),
            users.subList(0, 1_000),
            "call",
            new CallId(new UUID(1, 1)),
            new Caller("Carol", "sip:carol@example.org"),
            false,
            life);
    book.begin(new StoredJob(1, Samples.NOW, call), call, List.of(), false);
    assertEquals(1, book.ringingFor(users.getFirst(), Samples.NOW).size());
    assertEquals(0, book.ringingFor(users.getLast(), Samples.NOW).size());
  }
}

package dev.reveille.bench;

import static dev.reveille.bench.Against.Verdict.NOT_WORSE;
import static dev.reveille.bench.Against.Verdict.NO_RESULT;
import static dev.reveille.bench.Against.Verdict.WORSE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AgainstTest {
  private static final Checkout OTHER = new Checkout(Path.of("/other/reveille"), false);

  /// Two builds whose servers take 4 ms here and 5, 6, 7 ... ms there; it notes who was asked for
  /// what, by whether it was this build.
  private static final class Builds implements PairedBench<Builds.Users> {
    private final List<Boolean> registered = new ArrayList<>();
    private final List<Boolean> removed = new ArrayList<>();
    private final List<Boolean> starts = new ArrayList<>();
    private final List<Boolean> turns = new ArrayList<>();
    private final List<Boolean> ended = new ArrayList<>();
    private final String sizeThere;

    Builds(final String sizeThere) {
      this.sizeThere = sizeThere;
    }

    /// What a build registered.
    final class Users implements Registered {
      private final Checkout checkout;

      Users(final Checkout checkout) {
        this.checkout = checkout;
      }

      @Override
      public Checkout checkout() {
        return checkout;
      }

      @Override
      public String size() {
        return checkout.isThis() ? "3 users" : sizeThere;
      }

      @Override
      public void close() {
        removed.add(checkout.isThis());
      }
    }

    @Override
    public Figure figure() {
      return new Figure("a time", "ms", false, 3);
    }

    @Override
    public Users register(final Checkout checkout) {
      registered.add(checkout.isThis());
      return new Users(checkout);
    }

    @Override
    public WarmServer start(final Users users) {
      final boolean isThis = users.checkout().isThis();
      starts.add(isThis);
      return new WarmServer() {
        private final int pair = (starts.size() - 1) / 2;
        private int turn;

        @Override
        public double turn() {
          turns.add(isThis);
          turn++;
          final double slow = turn == 2 ? 3 : 1; // the machine was slow once, for one server
          return isThis ? 4 : (5 + pair) * slow;
        }

        @Override
        public void close() {
          ended.add(isThis);
        }
      };
    }

    /// What is printed of a comparison of so many pairs.
    List<String> said(final int pairs) throws IOException, InterruptedException {
      final var said = new ByteArrayOutputStream();
      final var _ =
          new Against(new PrintStream(OutputStream.nullOutputStream()))
              .run(this, OTHER, pairs, new PrintStream(said, true, StandardCharsets.UTF_8));
      return Arrays.asList(said.toString(StandardCharsets.UTF_8).split("\n"));
    }
  }

  @Test
  void the_interval_leaves_as_many_ratios_out_as_90_percent_allow() {
    assertEquals(0, Against.leftOut(5)); // 2 * (1/2)^5 = 6.3 %
    assertEquals(0, Against.leftOut(7)); // 2 * 8/128 = 12.5 % would be too much
    assertEquals(1, Against.leftOut(8)); // 2 * 9/256 = 7.0 %
    assertEquals(2, Against.leftOut(12)); // 2 * 79/4096 = 3.9 %, the next one 14.6 %
  }

  @Test
  void fewer_than_five_ratios_have_a_median_and_no_result() {
    final var found = Against.of(1, 1, 1, 1);
    assertEquals(1, found.median());
    assertEquals(NO_RESULT, found.verdict());
  }

  @Test
  void twelve_ratios_give_their_median_and_the_third_from_either_end() {
    final var found =
        Against.of(0.99, 1.03, 1.00, 1.01, 0.98, 1.02, 1.00, 1.01, 0.50, 2.00, 0.97, 1.04);
    assertEquals(new Against.Found(1.005, 0.98, 1.03), found);
  }

  @Test
  void not_worse_asks_for_the_median_and_for_the_worse_end() {
    assertEquals(NOT_WORSE, new Against.Found(0.97, 0.95, 0.98).verdict());
    assertEquals(WORSE, new Against.Found(0.969, 0.955, 0.98).verdict());
    assertEquals(WORSE, new Against.Found(0.975, 0.949, 0.98).verdict());
  }

  @Test
  void a_wide_interval_is_a_result_only_where_all_of_it_says_the_same() {
    assertEquals(NOT_WORSE, new Against.Found(1.056, 1.0, 1.073).verdict());
    assertEquals(NO_RESULT, new Against.Found(1.056, 0.999, 1.073).verdict());
    assertEquals(WORSE, new Against.Found(0.92, 0.90, 0.949).verdict());
    assertEquals(NO_RESULT, new Against.Found(0.92, 0.90, 0.95).verdict());
  }

  @Test
  void servers_alternate_who_begins_and_a_smaller_time_is_a_larger_ratio() throws Exception {
    final var builds = new Builds("3 users");
    final var said = builds.said(5);
    assertEquals(List.of(true, false, false, true, true, false), builds.starts.subList(0, 6));
    assertEquals(List.of(true, false, false, true, true, false), builds.turns.subList(0, 6));
    assertEquals(30, builds.turns.size());
    assertEquals(10, builds.ended.size());
    assertEquals(
        "a time, 5 pairs: median ratio 1.750, 90 % interval 1.250 to 2.250 (above 1 is better):"
            + " not worse",
        said.getLast(), "each pair gives one ratio");
  }

  @Test
  void a_pair_or_two_show_a_median_without_an_interval() throws Exception {
    assertEquals(
        "a time, 2 pairs: median ratio 1.375, no interval of fewer than 5 pairs (above 1 is"
            + " better): no result, more turns are needed",
        new Builds("3 users").said(2).getLast());
  }

  @Test
  void each_build_registers_once_for_its_own_servers_alone() throws Exception {
    final var builds = new Builds("3 users");
    final var said = builds.said(5);
    assertEquals(List.of(true, false), builds.registered);
    assertEquals(5, Collections.frequency(builds.starts, true));
    assertEquals(5, Collections.frequency(builds.starts, false), "by what the other registered");
    assertEquals(Set.of(true, false), Set.copyOf(builds.removed));
    assertEquals(2, builds.removed.size());
    assertEquals(
        "here %s, there an unknown commit in /other: 3 users each"
            .formatted(Checkout.THIS.commit()),
        said.getFirst());
  }

  @Test
  void builds_that_registered_different_numbers_of_users_are_not_compared() {
    final var builds = new Builds("4 users");
    final var refused = assertThrows(IOException.class, () -> builds.said(5));
    assertEquals(
        "here are 3 users, there are 4 users, so nothing can be compared: name another folder with"
            + " --phones",
        refused.getMessage());
    assertEquals(List.of(), builds.starts);
    assertEquals(2, builds.removed.size());
  }

  @Test
  void builds_of_which_one_starts_from_a_cache_are_not_compared() throws Exception {
    Against.mustStartAlike(true, true);
    Against.mustStartAlike(false, false);
    final var refused =
        assertThrows(IOException.class, () -> Against.mustStartAlike(false, true)).toString();
    assertTrue(refused.contains("there only") && refused.contains("./reveille help"), refused);
  }
}

package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Answers lists that are usually short, whole unless they are large: a page ends by bytes, and the
/// parameter `after` continues it.
final class Lists {
  private Lists() {}

  /// @param name of the list in the answer
  /// @param id by which they are in order, and a page is continued
  static <T> Answer answer(
      final Request request,
      final String name,
      final Collection<T> all,
      final Function<T, String> id,
      final BiConsumer<JsonOut, T> write) {
    final var after = request.query("after");
    final var left =
        all.stream()
            .filter(one -> id.apply(one).compareTo(after) > 0)
            .sorted(Comparator.comparing(id))
            .toList();
    final var page = JsonOut.page(left, write);
    return Answers.json(
        200,
        out -> {
          out.objects(name, page);
          if (left.size() > page.size()) {
            out.text("next", id.apply(left.get(page.size() - 1)));
          }
        });
  }
}

package dev.reveille.routing.port;

import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Tag;
import dev.reveille.model.TagExpression;
import dev.reveille.model.TargetKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Stores what devices registered with notification hubs: registrations, each with one target, and
/// installations, each with a native target and one for each template.
///
/// A hub is named by one text, `ORGANISATION/NAMESPACE/HUB`, namespace and hub in lower case and
/// without a slash. It exists as soon as something is written to it, and belongs to its
/// organisation: when that is removed, nothing of the hub is found any more. An entry has an id
/// that is unique in its hub, and a number that the store gives it when it is new. Each of its
/// targets has a number too, which grows with every target that is written and is never given
/// twice: [#targets] pages over it, so that a send finds those who were there when it was accepted,
/// whatever comes and goes meanwhile.
///
/// A target keeps its number while an entry is written again, as long as it has the same name.
///
/// What devices change is not in the audit log.
///
/// Thread-safe; methods touch the disk, and a change is durable when it returns.
public interface HubRegistrations {
  /// The organisation that a hub belongs to.
  ///
  /// @throws IllegalArgumentException when the text names no hub
  static OrganisationId organisation(final String hub) {
    final int beforeHub = hub.lastIndexOf('/');
    final int beforeNamespace = hub.lastIndexOf('/', beforeHub - 1);
    if (beforeNamespace < 1
        || beforeHub == beforeNamespace + 1
        || beforeHub == hub.length() - 1
        || !hub.substring(beforeNamespace)
            .equals(hub.substring(beforeNamespace).toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "a hub is named ORGANISATION/NAMESPACE/HUB, the last two in lower case, not " + hub);
    }
    return new OrganisationId(hub.substring(0, beforeNamespace));
  }

  /// The kinds of entries. Their numbers stand on disk: never changed and never given twice.
  enum Kind {
    REGISTRATION(0),
    INSTALLATION(1);

    private final int number;

    Kind(final int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /// A registration or an installation under its id.
  ///
  /// @param document as its protocol reads and writes it; the store does not look into it
  /// @param expires when it ends by itself; empty for never
  /// @param targets none when its address is known to be dead
  record Entry(
      String id, Kind kind, Bytes document, Optional<Instant> expires, List<Target> targets) {
    public Entry {
      targets = List.copyOf(targets);
      if (targets.stream().map(Target::name).distinct().count() < targets.size()) {
        throw new IllegalArgumentException("two targets of one entry have one name");
      }
    }

    /// Of its document and its targets' templates, in bytes: nearly all that it takes on disk.
    public long size() {
      long size = document.length();
      for (final var target : targets) {
        size += target.template().map(Bytes::length).orElse(0);
      }
      return size;
    }
  }

  /// An address of an entry, and the content that it takes.
  ///
  /// @param name within the entry: "" for the native one, else its template's
  /// @param key unique over all hubs, as [TargetKey#ofRegistration] makes them
  /// @param tags of its own and of its entry
  /// @param template as its protocol reads it; empty for native content
  /// @param expires when it ends though its entry goes on; empty for never
  /// @param format which of its push service's forms native content must have, where that has
  ///   several; "" for the usual one, and for a target with a template. A word that may stand in
  ///   the name of a line of the store
  record Target(
      String name,
      TargetKey key,
      PushAddress.Direct address,
      Set<Tag> tags,
      Optional<Bytes> template,
      Optional<Instant> expires,
      String format) {
    public Target {
      tags = Set.copyOf(tags);
      if (!format.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
          || !format.isEmpty() && template.isPresent()) {
        throw new IllegalArgumentException("not the format of such a target: " + format);
      }
    }

    /// One of the usual form.
    public Target(
        final String name,
        final TargetKey key,
        final PushAddress.Direct address,
        final Set<Tag> tags,
        final Optional<Bytes> template,
        final Optional<Instant> expires) {
      this(name, key, address, tags, template, expires, "");
    }

    /// The same at another address.
    public Target at(final PushAddress.Direct other) {
      return new Target(name, key, other, tags, template, expires, format);
    }
  }

  /// An entry as it is stored, with its number and version.
  ///
  /// @param number of the entry
  /// @param version 1 for a new entry, and one more each time it is written
  record Versioned(long number, long version, Entry entry) {}

  /// The condition under which an entry is written or removed; otherwise nothing changes.
  sealed interface Condition {
    /// Whatever there is, and nothing too.
    record Any() implements Condition {}

    /// There is none; where there is one, the answer is [Written.OtherVersion].
    record Absent() implements Condition {}

    /// There is one, whatever its version.
    record Exists() implements Condition {}

    /// There is one of this version.
    record IsVersion(long version) implements Condition {}
  }

  /// The result of writing or removing an entry.
  sealed interface Written {
    /// @param before what was there; empty for a new entry
    /// @param now what is there; the removed entry where it was removed
    record Done(Optional<Versioned> before, Versioned now) implements Written {}

    /// There is no such entry.
    record NotThere() implements Written {}

    /// It was removed or ended, and a registration's id is not used again.
    record Gone() implements Written {}

    /// It has another version.
    record OtherVersion(long version) implements Written {}

    /// The id belongs to an entry of the other kind.
    record OtherKind(Kind kind) implements Written {}
  }

  /// Selects entries of a hub for a list.
  sealed interface Filter {
    record All() implements Filter {}

    /// Those with a target that has the tag.
    record Tagged(Tag tag) implements Filter {}

    /// Those with a target at this address.
    ///
    /// @param service empty for any
    /// @param handle compared as it is; for Apple's without regard to case
    record WithHandle(Optional<PushService> service, String handle) implements Filter {}
  }

  /// Selects targets of a hub for a send.
  ///
  /// @param service empty for all
  /// @param format of those without a template, as in [Target]: only they are meant
  /// @param templates those with a template; otherwise those without
  /// @param tags empty for all
  record Selection(
      Optional<PushService> service,
      String format,
      boolean templates,
      Optional<TagExpression> tags) {
    /// Of the usual form.
    public Selection(
        final Optional<PushService> service,
        final boolean templates,
        final Optional<TagExpression> tags) {
      this(service, "", templates, tags);
    }

    /// Whether a target is of the kind that is meant, whatever its tags.
    public boolean isOfKind(final Target target) {
      return target.template().isPresent() == templates
          && (templates || target.format().equals(format))
          && (service.isEmpty() || service.get() == target.address().service());
    }
  }

  /// A target with its number.
  ///
  /// @param number of the target
  record Numbered(long number, Target target) {}

  /// A page of a selection, by ascending numbers.
  ///
  /// @param reached everything up to this number was looked at: the next page begins behind it
  /// @param last whether nothing comes after it; where it is false, what comes may be none
  record Page(List<Numbered> targets, long reached, boolean last) {
    public Page {
      targets = List.copyOf(targets);
    }
  }

  /// A part of a hub's entries.
  ///
  /// @param reached the next part begins behind this number
  /// @param last whether nothing comes after it; where it is false, what comes may be none
  record Listed(List<Versioned> entries, long reached, boolean last) {
    public Listed {
      entries = List.copyOf(entries);
    }
  }

  // ---- entries --------------------------------------------------------------------------------

  /// Writes an entry in place of the one with its id. An [Kind#INSTALLATION]'s id can be used again
  /// when it was removed, a [Kind#REGISTRATION]'s answers [Written.Gone] for [#GONE_IDS_KEPT].
  ///
  /// @throws Registry.Taken when the organisation was removed
  Written put(String hub, Entry entry, Condition condition);

  /// Writes many in one commit. What is gone, or of another kind, stays as it is. An id that comes
  /// twice is written twice.
  ///
  /// @return what came of each, in the same order
  /// @throws Registry.Taken when the organisation was removed
  default List<Written> putAll(final String hub, final List<Entry> entries) {
    return putAll(hub, entries, new Condition.Any());
  }

  /// The same with a condition, which each entry has to meet by itself: those that do not stay as
  /// they are, and the others are written.
  ///
  /// @throws Registry.Taken when the organisation was removed
  List<Written> putAll(String hub, List<Entry> entries, Condition condition);

  /// So long a removed registration's id is known as gone.
  Duration GONE_IDS_KEPT = Duration.ofDays(90);

  /// An entry, also one whose time is over as long as [#removeEnded] has not come to it.
  Optional<Versioned> find(String hub, String id);

  /// A registration's id is gone then; removed again, it answers [Written.Gone].
  ///
  /// @param kind one of the other kind stays, whatever the condition
  Written remove(String hub, String id, Kind kind, Condition condition);

  /// Removes many of one kind in one commit, as [#remove] does without a condition.
  ///
  /// @return what came of each, in the same order
  List<Written> removeAll(String hub, List<String> ids, Kind kind);

  /// In the order of their numbers. No more is held in memory than is answered.
  ///
  /// @param after only those with a higher number
  /// @param most so many at most
  /// @param mostBytes so much at most, by [Entry#size] together; the first entry is there however
  ///   large it is
  Listed list(String hub, Filter filter, long after, int most, long mostBytes);

  /// How many entries a hub has. The cost grows with them.
  long count(String hub);

  // ---- targets --------------------------------------------------------------------------------

  /// The last number that a target was given, in any hub.
  long lastNumber();

  /// The next targets of a selection: those with a number above `after` and at most `upTo`, in
  /// ascending order. A target whose time is over, or its entry's, is not among them, by the
  /// store's clock, whether it was removed yet or not. May be fewer than `most`, or none, before
  /// the last page: the store looks at a bounded number of rows. The cost grows with the entries
  /// that have the expression's tags, not with the hub, unless the expression is true of targets
  /// without any of its tags.
  Page targets(String hub, Selection which, long after, long upTo, int most);

  /// One target, as it is now; empty when its time, or its entry's, is over.
  Optional<Numbered> find(String hub, TargetKey key);

  /// The entry of a target, also where its time is over as long as [#removeEnded] has not come to
  /// it.
  Optional<Versioned> withTarget(String hub, TargetKey key);

  /// A target that was removed: with its entry, or because its address was dead.
  ///
  /// @param id of its entry
  record Former(String id, Kind kind, TargetKey target, Instant removed) {}

  /// Targets that were removed less than [#GONE_IDS_KEPT] ago, by the id of their entry or by their
  /// handle; those that were removed last come first.
  ///
  /// @param id of an entry
  /// @param handle compared as in [Filter.WithHandle], of any service
  /// @param most so many at most
  List<Former> former(String hub, String id, String handle, int most);

  /// Its push service says that an address exists no more since then. A registration goes; an
  /// installation loses its targets at this address, and stays, in the same version. An address
  /// that was registered later than `since` ([PushAddress.Direct#registeredAt]) is left as it is.
  ///
  /// @return the entry as it was; empty when nothing happened
  Optional<Versioned> dead(String hub, TargetKey key, Instant since);

  // ---- ends -----------------------------------------------------------------------------------

  /// Removes entries and targets whose time is over, and what is known of those that were removed
  /// long enough ago.
  ///
  /// @param most so many at most in one commit
  /// @return how many; fewer than `most` when nothing is left
  int removeEnded(Instant now, int most);

  // ---- hubs -----------------------------------------------------------------------------------

  /// The number of the last hub that was made under a name; 0 when there was none.
  ///
  /// @param name NAMESPACE/HUB in small letters, whatever its organisation
  long lastHub(String name);

  /// The number of the next hub under a name: 1 for the first one. Never given twice, so that a
  /// name and its number are one hub for ever, also when it is removed and another organisation has
  /// the name.
  ///
  /// @param name as in [#lastHub]
  long nextHub(String name);

  /// The hubs that something was written to and that were not removed since, in no order.
  List<String> names();

  /// Removes everything of a hub, in one commit however much there is: from then on nothing of it
  /// is found, its gone ids included, and what is written to it is written to a new hub. The store
  /// frees the room by itself, some at a time, also after a restart.
  void removeHub(String hub);
}

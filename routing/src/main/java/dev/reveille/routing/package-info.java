/// The core of the server: takes events in, decides per device how it learns of them, reaches it,
/// and writes down why.
///
/// ```
///                 journal's thread               dispatcher's thread
///   protocols ─► Intake ─► EventJournal ─commit─► Dispatcher ─► EventFanOut ─► Router (pure)
///                  ▲            │ │                 ▲  │                       │ decision
///          credits │   receipts ┘ └─► Calls         │  └─ DueWork ◄──┐         ▼
///             (Admission)                           │       PendingRows ◄─ Delivery ─► LiveRoutes
///                               outcomes, receipts ─┘                      Pushing  ─► Sender
///                                                      Trail ◄── all of them
/// ```
///
/// **In.** [dev.reveille.routing.Intake] refuses what must not be kept, and takes a credit for the
/// rest. The journal commits in groups; only then is the sender told that an event was accepted.
/// Before that, on the same thread, [dev.reveille.routing.Calls] has taken note of calls and ends
/// in the group: so once an end is committed nothing rings any more, wherever a ring may be
/// waiting; senders ask right before they write.
///
/// **Through.** The dispatcher works in turns, alone on its thread, and needs no lock. It never
/// reads the disk: [dev.reveille.routing.Lookups] does so on other threads, before an event is
/// dispatched. The router is a function of what is known; its decision names its reason. Delivery
/// keeps work in memory only while a frame or a push is under way. What must wait becomes a row
/// with a moment, and is decided anew when it comes back, since devices and settings may have
/// changed. Urgent events never queue behind others. While a push service is out of reach, what it
/// is to carry waits in a line behind its [dev.reveille.routing.CircuitBreaker] instead: one probe
/// at a time, and then by lane and by age.
///
/// A send goes to addresses instead of users, so the router has nothing to decide:
/// [dev.reveille.routing.SendFanOut] begins its targets page by page, as there is room, and each is
/// delivered, tried again and told in the trail like a device of an event.
///
/// **Why nothing is lost.** For every event and device exactly one line of the trail settles it,
/// and that line, like the row before it, goes into the journal itself. So at every instant an
/// accepted event is in one of three places on disk: settled, waiting as a row, or unfinished; what
/// is in memory is only the work on it. After a crash the unfinished ones are dispatched again:
/// calls at once, everything else after a grace in which phones may return and say what they have.
/// Notes may be a few milliseconds behind what was sent, so a crash can make us repeat a push,
/// never forget one. The repeat carries the same id, call UUID and collapse id, and folds on the
/// device; before it leaves, the trail says that the one before is uncertain. A push is repeated at
/// most twice after an uncertain end.
///
/// **Why nothing is told twice.** An event is known by its key, an end of a call by its call: the
/// journal lets the first one in and answers repeat or conflict to all others. What the server owes
/// by itself (a missed-call alert, the end of a call that rang too long) has such a key, too, so it
/// can be handed in again until it is kept.
///
/// **Faults** stay where they happen: an event whose recipients cannot be read is tried again, a
/// row goes back, a sender that throws costs no push. They are counted and logged, never swallowed.
@NullMarked
package dev.reveille.routing;

import org.jspecify.annotations.NullMarked;

/// How every API of this server answers: [Statuses] gives each reason its status, [Answers] puts
/// answers and problems into JSON, [Routes] finds the route of a request, and [Query] refuses
/// parameters that it does not take.
///
/// An API whose problems have another form (XML, say) takes the statuses and routes from here and
/// writes its own problems.
@NullMarked
package dev.reveille.protocols.answers;

import org.jspecify.annotations.NullMarked;

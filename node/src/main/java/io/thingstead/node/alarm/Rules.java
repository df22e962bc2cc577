package io.thingstead.node.alarm;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// The rules as people see and change them. Those of the file are changed in the file.
public final class Rules {
    private final Alarms alarms;
    private final LongSupplier clockMs;

    Rules(Alarms alarms, LongSupplier clockMs) {
        this.alarms = alarms;
        this.clockMs = clockMs;
    }

    /// By id.
    public List<Rule> all() {
        synchronized (alarms) {
            return List.copyOf(alarms.ruleBook().all());
        }
    }

    /// Deleted ones that can be restored.
    public List<Rule> deleted() {
        synchronized (alarms) {
            return alarms.ruleBook().allDeleted().stream()
                    .map(RuleBook.Deleted::rule)
                    .toList();
        }
    }

    /// What a rule would be, without following it.
    public Result<Rule> read(RuleText text) {
        return RuleReader.read("tested", Origin.PAGE, text);
    }

    public Result<Rule> find(String id) {
        synchronized (alarms) {
            return alarms.ruleBook().find(id).map(Result::ok).orElseGet(() -> unknown(id));
        }
    }

    private static Result<Rule> unknown(String id) {
        return Result.no(Refusal.ALARM_UNKNOWN, "there is no rule " + id);
    }

    public Result<Rule> add(RuleText text) {
        synchronized (alarms) {
            if (alarms.ruleBook().all().size() >= RuleBook.MOST) return full();
            return toldTo(text).orElseGet(() -> put(alarms.ruleBook().freeId(text.name()), text));
        }
    }

    /// What is wrong with whom the rule tells, if something is.
    private Optional<Result<Rule>> toldTo(RuleText text) {
        List<String> names = text.channels() == null ? List.of() : text.channels();
        return alarms.channels()
                .unknown(names)
                .map(name -> Result.no(
                        Refusal.ALARM_MALFORMED, "notify: there is no channel " + name + ": declare it in the file"));
    }

    private static Result<Rule> full() {
        return Result.no(Refusal.ALARM_FULL, "there are " + RuleBook.MOST + " rules: delete one first");
    }

    public Result<Rule> change(String id, RuleText text) {
        synchronized (alarms) {
            return switch (ofPage(id)) {
                case Result.Ok<Rule> _ -> toldTo(text).orElseGet(() -> put(id, text));
                case Result.No<Rule> no -> no;
            };
        }
    }

    private Result<Rule> put(String id, RuleText text) {
        return RuleReader.read(id, Origin.PAGE, text).map(rule -> {
            alarms.change(List.of(rule), List.of(), null, null);
            return rule;
        });
    }

    private Result<Rule> ofPage(String id) {
        return switch (find(id)) {
            case Result.Ok<Rule>(Rule rule)
            when rule.origin() == Origin.FILE ->
                Result.no(Refusal.ALARM_DECLARED, "rule " + id + " stands in the file of rules: change it there");
            case Result.Ok<Rule> ok -> ok;
            case Result.No<Rule> no -> no;
        };
    }

    /// Can be undone with [#restore] for a while.
    public Result<Rule> delete(String id) {
        synchronized (alarms) {
            return ofPage(id).map(rule -> {
                alarms.change(List.of(), List.of(rule), clockMs.getAsLong(), null);
                return rule;
            });
        }
    }

    public Result<Rule> restore(String id) {
        synchronized (alarms) {
            if (alarms.ruleBook().all().size() >= RuleBook.MOST) return full();
            return alarms.ruleBook()
                    .findDeleted(id)
                    .map(deleted -> put(id, deleted.rule().text()))
                    .orElseGet(() -> unknown(id));
        }
    }

    boolean hasDeclared() {
        synchronized (alarms) {
            return !alarms.ruleBook().of(Origin.FILE).isEmpty();
        }
    }

    /// Takes over what the file says, all of it or nothing.
    Result<List<Rule>> declare(AlarmFile file) {
        List<Rule> declared = file.rules();
        synchronized (alarms) {
            RuleBook book = alarms.ruleBook();
            for (Rule rule : declared) {
                boolean isTaken = book.find(rule.id())
                        .filter(known -> known.origin() == Origin.PAGE)
                        .isPresent();
                if (isTaken) {
                    return Result.no(
                            Refusal.ALARM_DECLARED,
                            "rule." + rule.id() + ": a rule of that name was made on a page: choose another name");
                }
            }
            Collection<Rule> ofFile = book.of(Origin.FILE);
            if (book.all().size() - ofFile.size() + declared.size() > RuleBook.MOST) {
                return Result.no(Refusal.ALARM_FULL, "more than " + RuleBook.MOST + " rules in all");
            }
            List<Rule> gone = ofFile.stream()
                    .filter(known ->
                            declared.stream().noneMatch(rule -> rule.id().equals(known.id())))
                    .toList();
            List<Rule> changed = declared.stream()
                    .filter(rule -> !book.find(rule.id()).equals(Optional.of(rule)))
                    .toList();
            boolean isSame =
                    gone.isEmpty() && changed.isEmpty() && alarms.channels().isDeclared(file.channels());
            if (!isSame) alarms.change(changed, gone, null, file.channels());
            return Result.ok(Stream.concat(changed.stream(), gone.stream()).toList());
        }
    }
}

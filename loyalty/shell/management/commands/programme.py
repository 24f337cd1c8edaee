"""A programme as a file: check it, hold it against what is live, take it over, write it, run its examples."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.programmes.models import Programme
from accounts.programmes.services import change_programme_state
from accounts.staff.commands import person_who_may
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Problem
from rewards.programme_files.examples.running import Result, run_examples, summary_of
from rewards.programme_files.files import MalformedFile, ProgrammeFile, read_programme_file
from rewards.programme_files.opening import open_from_file
from rewards.programme_files.services import NothingToDo, approve_draft, difference, draft_file, export_programme
from rewards.programme_files.sources import read_text
from rewards.programme_files.words import heading_of, lines_of


class Command(BaseCommand):
    help = "Programmes as files (docs/programme-files.md). Every fault is named as FILE:LINE:COLUMN: path: message."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        for name, text in (
            ("validate", "Read the file and name everything that is wrong."),
            ("test", "Run the file's examples in a programme that is thrown away."),
            ("diff", "Say in words what the file would change."),
            ("apply", "Hand the file in; with --approve-by take it over."),
        ):
            act = acts.add_parser(name, help=text)
            act.add_argument("file", help="A file, - for standard input, or the code of a blueprint.")
            if name in ("diff", "apply"):
                act.add_argument(
                    "--from", dest="first_day", type=_day, help="First day of what changes, as 2026-03-31 (default: tomorrow)."
                )
                act.add_argument("--slug", default="", help="Take the file as one of this programme, whatever address it names.")
            if name == "apply":
                act.add_argument("--author", required=True, help="E-mail of the person who hands the file in.")
                act.add_argument("--approve-by", dest="approver", default="", help="E-mail of the second person.")
                act.add_argument("--live", action="store_true", help="Set a programme live that this file opens.")
        export = acts.add_parser("export", help="Write what is in force as a file.")
        export.add_argument("slug", help="Address of the programme.")
        export.add_argument("--on", dest="first_day", type=_day, help="The day, as 2026-03-31 (default: today).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except MalformedFile as malformed:
            for line in malformed.lines:
                self.stderr.write(line)
            count = len(malformed.faults)
            raise CommandError(f"{count} fault{'s' if count > 1 else ''}. Nothing was changed.") from malformed
        except Problem as problem:
            raise CommandError(f"{problem.detail} Nothing was changed.") from problem

    def _validate(self, options: dict[str, Any]) -> None:
        file = self._file(options)
        things = sum(len(specs) for specs in file.sections.values())
        self.stdout.write(f"{file.name} is in order: {things} things, {len(file.examples)} examples.")

    def _test(self, options: dict[str, Any]) -> None:
        file = self._file(options)
        if not file.examples:
            raise CommandError(f"{file.name} has no examples.")

        def tell(result: Result) -> None:
            self.stdout.write(f"{'holds' if result.holds else 'FAILS'}  {result.example.name} ({result.expectations} expectations)")
            for line in result.lines(file):
                self.stdout.write(f"       {line}")

        hold, count = summary_of(run_examples(file, at=clock.now(), told=tell))
        if hold < count:
            raise CommandError(f"{count - hold} of {count} examples fail.")
        self.stdout.write(f"All {count} examples hold.")

    def _diff(self, options: dict[str, Any]) -> None:
        file = self._file(options)
        programme = Programme.objects.filter(slug=file.slug).first()
        if programme is None:
            self.stdout.write(f"There is no programme {file.slug} yet; apply would open it as a draft.")
            return
        changes = difference(file=file, programme=programme, on=self._first_day(options, programme))
        for change in changes:
            self.stdout.write(heading_of(change))
            for line in lines_of(change):
                self.stdout.write(f"  {line}")
        if not changes:
            self.stdout.write("Nothing would change.")

    def _apply(self, options: dict[str, Any]) -> None:
        file, author = self._file(options), person_who_may(options["author"], Act.PREPARE_RULES)
        approver = person_who_may(options["approver"], Act.APPROVE_RULES) if options["approver"] else None
        programme = Programme.objects.filter(slug=file.slug).first()
        if programme is None:
            self._open(file, author, options)
            return
        try:
            draft = draft_file(
                file=file, programme=programme, effective_on=self._first_day(options, programme), author=author, at=clock.now()
            )
        except NothingToDo:
            self.stdout.write("Nothing to do: the programme is as the file says.")
            return
        if approver is None:
            self.stdout.write(f"Handed in for {draft.effective_on}; it waits for another person's approval. Nothing has changed yet.")
            return
        for change in approve_draft(draft=draft, approver=approver, at=clock.now()):
            self.stdout.write(heading_of(change))
        self.stdout.write(f"Approved. It begins on {draft.effective_on}.")

    def _open(self, file: ProgrammeFile, author: User, options: dict[str, Any]) -> None:
        at = clock.now()
        first_day = options["first_day"] or business_date(at, str(file.programme["time_zone"]))
        programme = open_from_file(file=file, slug=file.slug, first_day=first_day, at=at, author=author)
        if options["live"]:
            change_programme_state(programme=programme, state="live")
        self.stdout.write(f"Opened {programme.slug}, {'live' if options['live'] else 'as a draft'}, from {first_day}.")

    def _export(self, options: dict[str, Any]) -> None:
        programme = Programme.objects.filter(slug=options["slug"]).first()
        if programme is None:
            raise CommandError(f"There is no programme {options['slug']}.")
        on = options["first_day"] or business_date(clock.now(), programme.time_zone)
        self.stdout.write(export_programme(programme=programme, on=on), ending="")

    def _file(self, options: dict[str, Any]) -> ProgrammeFile:
        name, text = read_text(options["file"])
        return read_programme_file(text, name=name, instead={"slug": options["slug"]} if options.get("slug") else {})

    def _first_day(self, options: dict[str, Any], programme: Programme) -> dt.date:
        return options["first_day"] or business_date(clock.now(), programme.time_zone) + dt.timedelta(days=1)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("write a day as 2026-03-31") from error

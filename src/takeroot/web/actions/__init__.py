"""Everything that changes something.

Each action is one transaction, is told by whom, raises the revision of the programme it changed, and leaves one line in
the trail. Pages, commands and imports change things here and nowhere else.
"""

from __future__ import annotations

from takeroot.web.actions.access import (
    accept_invitation,
    agree_sharing,
    change_membership,
    end_membership,
    give_role,
    invite,
    revoke_invitation,
)
from takeroot.web.actions.account import (
    change_name,
    change_password,
    end_sessions,
    renew_recovery_codes,
    reset_password,
    set_up_second_step,
    sign_in_noted,
    take_off_second_step,
)
from takeroot.web.actions.answering import (
    SheetMoved,
    keep_page,
    send_sheet,
    withdraw_sheet,
)
from takeroot.web.actions.batches import (
    Moved,
    accept_batch,
    answer_batch,
    bring_in,
    drop_batch,
    keep_batch,
    leave_export,
    leave_round_export,
    undo_batch,
)
from takeroot.web.actions.beginning import (
    begin,
)
from takeroot.web.actions.charts import (
    accept_suggestion,
    decline_suggestion,
    offer_suggestion_again,
)
from takeroot.web.actions.coding import (
    code_passages,
    take_out_coding,
)
from takeroot.web.actions.drafts import (
    discard_draft,
    keep_draft,
)
from takeroot.web.actions.frameworks import (
    keep_choice,
    take_choice_back,
)
from takeroot.web.actions.house import (
    change_person,
    let_in,
    offer_reset,
)
from takeroot.web.actions.instruments import (
    bring_in_instruments,
    take_out_instrument,
    use_edition,
)
from takeroot.web.actions.line import (
    guard_trail,
)
from takeroot.web.actions.meetings import (
    begin_meeting,
    cancel_meeting,
    catch_up,
    close_meeting,
    keep_words,
)
from takeroot.web.actions.people import (
    add_member,
    add_person,
)
from takeroot.web.actions.programmes import (
    change_words,
    load_programme,
    slug_of,
)
from takeroot.web.actions.records import (
    keep_record_draft,
    withdraw_record,
    write_record,
)
from takeroot.web.actions.rounds import (
    begin_round,
    change_round,
    close_all_due,
    close_due,
    close_round,
    make_slips,
    throw_away,
)
from takeroot.web.actions.rows import (
    TAKEN_BACK,
    AlreadyThere,
    Collision,
    SentAgain,
    amend,
    record,
    sent_before,
    take_back,
    undo,
    withdraw,
)
from takeroot.web.actions.sites import (
    answer,
    ask,
    bring_in_sheet,
    heard_from,
    keep_sheet,
    make_site_link,
    note_use,
    revoke_site_link,
)
from takeroot.web.actions.trail import (
    export_trail,
)
from takeroot.web.actions.what_ifs import (
    ask_what_if,
    decide_what_if,
    keep_what_if,
    work_what_if_out,
)
from takeroot.web.actions.work import (
    ask_for_work,
    stop_work,
)

__all__ = [
    "TAKEN_BACK",
    "AlreadyThere",
    "Collision",
    "Moved",
    "SentAgain",
    "SheetMoved",
    "accept_batch",
    "accept_invitation",
    "accept_suggestion",
    "add_member",
    "add_person",
    "agree_sharing",
    "amend",
    "answer",
    "answer_batch",
    "ask",
    "ask_for_work",
    "ask_what_if",
    "begin",
    "begin_meeting",
    "begin_round",
    "bring_in",
    "bring_in_instruments",
    "bring_in_sheet",
    "cancel_meeting",
    "catch_up",
    "change_membership",
    "change_name",
    "change_password",
    "change_person",
    "change_round",
    "change_words",
    "close_all_due",
    "close_due",
    "close_meeting",
    "close_round",
    "code_passages",
    "decide_what_if",
    "decline_suggestion",
    "discard_draft",
    "drop_batch",
    "end_membership",
    "end_sessions",
    "export_trail",
    "give_role",
    "guard_trail",
    "heard_from",
    "invite",
    "keep_batch",
    "keep_choice",
    "keep_draft",
    "keep_page",
    "keep_record_draft",
    "keep_sheet",
    "keep_what_if",
    "keep_words",
    "leave_export",
    "leave_round_export",
    "let_in",
    "load_programme",
    "make_site_link",
    "make_slips",
    "note_use",
    "offer_reset",
    "offer_suggestion_again",
    "record",
    "renew_recovery_codes",
    "reset_password",
    "revoke_invitation",
    "revoke_site_link",
    "send_sheet",
    "sent_before",
    "set_up_second_step",
    "sign_in_noted",
    "slug_of",
    "stop_work",
    "take_back",
    "take_choice_back",
    "take_off_second_step",
    "take_out_coding",
    "take_out_instrument",
    "throw_away",
    "undo",
    "undo_batch",
    "use_edition",
    "withdraw",
    "withdraw_record",
    "withdraw_sheet",
    "work_what_if_out",
    "write_record",
]

"""Words a new clinic's mentors can begin to sign. A clinic has them checked and writes its own in the settings.

The information note says what the Belgian law on volunteers (3 July 2005) asks an organisation to tell beforehand:
its purpose and legal status, insurance, expenses, and that a volunteer may come to know secrets. What stands between
square brackets is for the clinic to fill in. The number of the article on professional secrecy may change with the
new Criminal Code, so it stands in the words, which can be changed, and nowhere in the program.
"""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from clinics.models import Clinic
from training.agreements import TIME_TO_SIGN
from training.models import AgreementText

Kind = AgreementText.Kind

CODE = """\
As a mentor at {clinic} I talk with people who live with the same illness, as somebody who has been there. This is how I do that.

I listen first
- I meet the other as an equal. I do not judge, and I do not press.
- I tell my own story only where it helps the other. Their story is about them.
- I leave choices to the person who has to live with them.

I am not a caregiver
- I give no advice about medicines, doses, results, diagnosis or treatment. Such a question goes to the care team.
- I promote no cures, products or beliefs. I sell nothing and I ask nothing for what I do.
- I never say or suggest that somebody should stop a treatment.

I keep to limits
- I accept no money and no gifts, except something small of little worth, and I lend nothing.
- There is no love affair and no sex between a mentor and somebody they talk with.
- I keep to the ways to meet and the hours we agreed on. If I cannot come, I say so in time.
- I talk with one person about that person only, and never about the others I talk with.

I pass on what is too big for me
- When somebody is in danger I act at once: I ring the emergency number, and I tell the programme.
- When something worries me I tell the programme the same day. I need not be sure.
- When I do not know what to do, I say so. That is good work, not a failure.

I look after myself
- I follow the training and the supervision talks.
- I say it when I am ill, tired or need a rest. Nobody asks me why.
- I talk about what weighs on me with my supervisor, without names to anybody else.

If I do not keep to this, the clinic talks with me about it. In a serious case it may take my certificate back. It tells me why in writing, and I can ask somebody else to look at that decision again.
"""

CONFIDENTIALITY = """\
What people tell me as a mentor at {clinic} stays between us. This is a duty, also when I am no longer a mentor.

What I keep to myself
- That somebody has a mentor, who they are, what they have, and everything they tell me.
- Everything I see or hear in the clinic about other people.
- I tell none of it to my family, to friends, to other mentors or on the internet, not without the name either when somebody could be recognised.

How I keep it
- I write down as little as I can. In Halfword I note that we talked and what it was broadly about, not what was said.
- I keep no lists, letters, pictures or messages longer than I need them. When our talks end I remove phone numbers and messages.
- I let nobody else use my account, my phone or my screen for this.

When I may speak
- With the care team or the coordinator, about what they must know to help: a worry, a question, a danger.
- With my supervisor, to learn, with no more of the person than is needed.
- When somebody's life is in danger, with whoever can help.
- I tell the person beforehand that I may have to do this. I never promise to keep everything secret.

The law
- A volunteer who comes to know secrets through this work may fall under professional secrecy, as in article 458 of the Criminal Code [the clinic checks the number of this article: the new Criminal Code may have given it another]. Breaking it can be punished.
- What is kept about people in Halfword falls under the rules on personal data. If something goes wrong, a lost phone or a message to the wrong person, I tell the coordinator the same day.
"""

INFORMATION = """\
The law asks an organisation to tell a volunteer a few things before they begin. Here they are.

Who we are
- You are a volunteer at {clinic} [full name, address and number of the organisation].
- Its legal form is: [for example a non-profit association, a hospital of public law].
- Its purpose, without seeking gain, is: [purpose]. The mentor programme lets people with a rheumatic illness talk with somebody who has lived it.

Insurance
- We are insured for damage you cause to others while you are a volunteer (civil liability): [insurer, number of the policy].
- We are also insured for [an accident you have yourself while you volunteer, and on the way: yes or no; legal help: yes or no].
- As a rule you are not liable yourself for damage you cause as a volunteer, except for deceit, a serious fault, or a slight fault that comes back again and again.

Expenses
- You are not paid. You get back what you spend: [real costs with proof, or a flat rate, and which].
- There is a most for each day and each year, set by law. It counts for all organisations where you are a volunteer together. Tell us when you are a volunteer elsewhere too.
- If you get a benefit (unemployment, illness, a living wage), you may have to tell the paying office, or ask leave, before you begin. We go through this with you.

Secrets
- As a mentor you may come to know secrets. You must keep them: see the words on confidentiality, and article 458 of the Criminal Code [the clinic checks the number of this article].

Stopping
- You may stop any day, without saying why. We ask you to tell us, so that nobody is left waiting.

Questions
- Ring the coordinator: {phone}.
"""

TEXTS: dict[str, str] = {Kind.CODE: CODE, Kind.CONFIDENTIALITY: CONFIDENTIALITY, Kind.INFORMATION: INFORMATION}


@transaction.atomic
def start_clinic(clinic: Clinic, by: User) -> None:
    """Give a clinic first words to sign, which count from today on. What is there already stays as it is."""
    today, phone = clinic.today, clinic.phone or "[number]"
    for kind, body in TEXTS.items():
        if AgreementText.objects.of_clinic(clinic).filter(kind=kind).exists():
            continue
        AgreementText.objects.create(
            clinic=clinic, kind=kind, version=1, body=body.format(clinic=clinic.name, phone=phone).strip(),
            in_force_from=today, sign_by=today + TIME_TO_SIGN, published_by=by,
        )  # fmt: skip

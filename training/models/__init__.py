"""What this floor keeps, by the part of a mentor's life it belongs to."""

from training.models.applying import Application, ApplicationEvent, Letter
from training.models.care import CareRules, CareTask, WellbeingCheck
from training.models.costs import Claim, ClaimEvent, CostYear, Export, OtherHours
from training.models.curriculum import Curriculum, Module, ModulePage, Option, Question, RubricItem
from training.models.learning import Attempt, Learning, ModuleProgress, Observation
from training.models.mentors import Certificate, Mentor, MentorEvent, RestPlan
from training.models.papers import AgreementText, Appeal, Decertification, Paper, Signature, Upload
from training.models.policy import AdmissionPolicy
from training.models.selection import Interview, Rating, Reference, SelectionNote, Sponsorship
from training.models.sessions import LiveSession, NoDay, SignUp
from training.models.supervision import Concern, ConcernEvent, SupervisionPart, SupervisionTalk

__all__ = [
    "AdmissionPolicy", "AgreementText", "Appeal", "Application", "ApplicationEvent", "Attempt", "CareRules", "CareTask",
    "Certificate", "Claim", "ClaimEvent", "Concern", "ConcernEvent", "CostYear", "Curriculum", "Decertification", "Export", "Interview",
    "Learning", "Letter", "LiveSession", "Mentor", "MentorEvent", "Module", "ModulePage", "ModuleProgress", "NoDay", "Observation",
    "Option", "OtherHours", "Paper", "Question", "Rating", "Reference", "RestPlan", "RubricItem", "SelectionNote",
    "SignUp", "Signature", "Sponsorship", "SupervisionPart", "SupervisionTalk", "Upload", "WellbeingCheck",
]  # fmt: skip
